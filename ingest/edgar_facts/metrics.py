"""Which tags of the us-gaap taxonomy make up each statement item, in order of preference."""

from __future__ import annotations

from dataclasses import dataclass

Tags = tuple[str, ...]


@dataclass(frozen=True)
class Formula:
    """Sums and differences of facts of one period.

    Attributes
    ----------
    plus, minus : what has to be known. Each part is a tuple of tags for the same thing: the one
        filed last counts, of several in one filing the first.
    minus_if_given : taken off where it is known.
    """

    plus: tuple[Tags, ...]
    minus: tuple[Tags, ...] = ()
    minus_if_given: tuple[Tags, ...] = ()

    @property
    def parts(self) -> tuple[Tags, ...]:
        """All parts."""
        return (*self.plus, *self.minus, *self.minus_if_given)


def _first(*tags: str) -> Formula:
    return Formula(plus=(tags,))


# Where a company gives its revenue from contracts and all of its revenue, the latter is the item:
# leases, interest and insurance premiums are no contract revenue. Before 2018 it was sales revenue.
REVENUE = (
    "Revenues",
    "RevenuesNetOfInterestExpense",
    "RevenueFromContractWithCustomerExcludingAssessedTax",
    "RevenueFromContractWithCustomerIncludingAssessedTax",
    "SalesRevenueNet",
    "SalesRevenueGoodsNet",
    "SalesRevenueServicesNet",
)
COST = ("CostOfRevenue", "CostOfGoodsAndServicesSold", "CostOfGoodsSold")
PREFERRED = ("PreferredStockValue", "PreferredStockValueOutstanding")
MINORITY = ("MinorityInterest",)
PARENT_EQUITY = ("StockholdersEquity",)
ALL_EQUITY = ("StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest",)
BOTH_SIDES = ("LiabilitiesAndStockholdersEquity",)
# Redeemable shares stand between liabilities and equity.
MEZZANINE = (
    "TemporaryEquityCarryingAmountIncludingPortionAttributableToNoncontrollingInterests",
    "TemporaryEquityCarryingAmountAttributableToParent",
    "RedeemableNoncontrollingInterestEquityCarryingAmount",
)

# Over a period, from its first to its last day. The first formula that is known counts.
FLOWS: dict[str, tuple[Formula, ...]] = {
    "revenue": (_first(*REVENUE),),
    "cost_of_goods_sold": (
        _first(*COST),
        _first("CostOfGoodsAndServiceExcludingDepreciationDepletionAndAmortization"),
        _first("CostOfServices"),
    ),
    "gross_profit": (_first("GrossProfit"), Formula(plus=(REVENUE,), minus=(COST,))),
    "sga_expense": (
        _first("SellingGeneralAndAdministrativeExpense"),
        Formula(plus=(("SellingAndMarketingExpense",), ("GeneralAndAdministrativeExpense",))),
        _first("GeneralAndAdministrativeExpense"),
    ),
    "interest_expense": (
        _first(
            "InterestExpense",
            "InterestExpenseNonoperating",
            "InterestAndDebtExpense",
            "InterestExpenseDebt",
        ),
    ),
    # Of the parent's shareholders; what the minority earns is theirs.
    "net_income": (
        _first("NetIncomeLoss"),
        _first("NetIncomeLossAvailableToCommonStockholdersBasic"),
        _first("ProfitLoss"),
    ),
    "operating_cash_flow": (
        _first("NetCashProvidedByUsedInOperatingActivities"),
        _first("NetCashProvidedByUsedInOperatingActivitiesContinuingOperations"),
    ),
}

# On a day.
STOCKS: dict[str, tuple[Formula, ...]] = {
    "total_assets": (_first("Assets"),),
    "total_liabilities": (
        _first("Liabilities"),
        Formula(plus=(BOTH_SIDES,), minus=(ALL_EQUITY,), minus_if_given=(MEZZANINE,)),
        Formula(plus=(BOTH_SIDES,), minus=(PARENT_EQUITY,), minus_if_given=(MINORITY, MEZZANINE)),
    ),
    "book_equity": (
        Formula(plus=(PARENT_EQUITY,), minus_if_given=(PREFERRED,)),
        Formula(plus=(ALL_EQUITY,), minus_if_given=(MINORITY, PREFERRED)),
    ),
}

COVER_SHARES = "EntityCommonStockSharesOutstanding"
BALANCE_SHARES = "CommonStockSharesOutstanding"


def tags_of(metrics: dict[str, tuple[Formula, ...]]) -> frozenset[str]:
    """Every tag that the formulas of some metrics name."""
    formulas = [formula for alternatives in metrics.values() for formula in alternatives]
    return frozenset(tag for formula in formulas for part in formula.parts for tag in part)
