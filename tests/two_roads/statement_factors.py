"""Value and quality of companies, in US dollars at the rate of the day: METHODS section 4."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market
from tests.two_roads.prices import Rates, known_assets
from tests.two_roads.statements import PointInTime, are_too_old

STOCKS = ("book_equity", "total_assets", "total_liabilities")
FLOWS = (
    "net_income", "revenue", "gross_profit", "operating_cash_flow", "cost_of_goods_sold",
    "sga_expense", "interest_expense",
)  # fmt: skip


EXPENSES = ("cost_of_goods_sold", "sga_expense", "interest_expense")


def as_known(known: PointInTime, metric: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The state of a metric at the end of each row's day, in the order of the rows."""
    asked = (
        rows[["symbol", "as_of_date"]]
        .astype({"symbol": "str"})
        .reset_index(drop=True)
        .reset_index(names="position")
    )
    found = pd.merge_asof(
        asked.sort_values("as_of_date"),
        known.states(metric).sort_values("known_on"),
        left_on="as_of_date",
        right_on="known_on",
        by="symbol",
    )
    return found.sort_values("position").set_index(rows.index)


def dollars(market: Market, rows: pd.DataFrame, currency: pd.Series) -> pd.Series:
    """US dollars for one unit of each row's currency; a statement that names none has its own."""
    rates, assets = Rates(market), known_assets(market)
    own = rows["symbol"].map({symbol: asset["currency"] for symbol, asset in assets.items()})
    asked = pd.MultiIndex.from_arrays([currency.where(currency.notna(), own), rows["as_of_date"]])
    known = {pair: rates.usd(*pair) for pair in asked.unique()}
    return pd.Series([known[pair] for pair in asked], index=rows.index, dtype=float)


def statement_items(market: Market, rows: pd.DataFrame) -> pd.DataFrame:
    """Stocks and trailing-year flows of each symbol and day, and the growth of its assets."""
    known, items = PointInTime(market), {}
    for metric in (*STOCKS, *FLOWS):
        state = as_known(known, metric, rows)
        part = "last" if metric in STOCKS else "ttm"
        is_fresh = ~are_too_old(state[f"{part}_period"], rows["as_of_date"])
        value = state[f"{part}_value"].where(is_fresh)
        items[metric] = value * dollars(market, rows, state[f"{part}_currency"])
        if metric in EXPENSES:
            is_fresh = ~are_too_old(state["last_period"], rows["as_of_date"])
            is_told = state["last_value"].notna() & is_fresh
            items[f"{metric}_in_part"] = is_told & items[metric].isna()
        if metric == "total_assets":
            items["asset_growth"] = value / positive(state["year_ago_value"]) - 1
    return pd.DataFrame(items)


def positive(values: pd.Series) -> pd.Series:
    """Denominators: NaN at or below 0."""
    return values.where(values > 0)


def statement_factors(market: Market, rows: pd.DataFrame) -> pd.DataFrame:
    """Every factor that needs statements, for rows of symbol, as_of_date and market_cap_usd."""
    item, cap = statement_items(market, rows), positive(rows["market_cap_usd"])
    book, assets = positive(item["book_equity"]), positive(item["total_assets"])
    expenses = item[list(EXPENSES)]
    in_part = item[[f"{expense}_in_part" for expense in EXPENSES]].any(axis=1)
    operating = item["revenue"] - expenses.sum(axis=1)
    operating = operating.where(expenses.notna().any(axis=1) & ~in_part)
    return pd.DataFrame(
        {
            "size": np.log(cap),
            "book_to_market": book / cap,
            "earnings_to_price": item["net_income"] / cap,
            "sales_to_price": item["revenue"] / cap,
            "cashflow_to_price": item["operating_cash_flow"] / cap,
            "gross_profitability": item["gross_profit"] / assets,
            "return_on_equity": item["net_income"] / book,
            "operating_profitability": operating / book,
            "accruals": (item["net_income"] - item["operating_cash_flow"]) / assets,
            "leverage": item["total_liabilities"] / assets,
            "asset_growth": item["asset_growth"],
        }
    )
