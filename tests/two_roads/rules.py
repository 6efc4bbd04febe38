"""What every strategy must keep, read off the tables: each rule returns the rows that break it.

METHODS sections 8 and 9. Nothing here knows how the weights were found.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market

EXACT = 1e-12
LEG = ["as_of_date", "strategy", "asset_class", "leg"]


def desired(market: Market) -> pd.DataFrame:
    """Every desired weight beside the settings of its strategy; missing limits are infinite."""
    weights = market.table("construction.desired_weights")
    strategies = market.table("seeds.strategies").rename(columns={"asset_class": "book_class"})
    strategies["sector_cap"] = strategies["sector_cap"].fillna(np.inf)
    strategies["hold_fraction"] = strategies["hold_fraction"].fillna(strategies["top_fraction"])
    settings = [name for name in strategies.columns if name not in ("score",)]
    joined = weights.merge(strategies[settings], on="strategy", validate="many_to_one")
    joined["score_name"] = joined["strategy"].map(strategies.set_index("strategy")["score"])
    joined["weight"] = joined["desired_weight"].abs()
    return joined[joined["score_name"] != "family_sleeves"]


def unsigned(rows: pd.DataFrame) -> pd.DataFrame:
    """Weights that are missing, or on the wrong side of 0."""
    sign = rows["leg"].map({"long": 1, "short": -1})
    finite = np.isfinite(rows["desired_weight"]) & np.isfinite(rows["raw_weight"])
    return rows[~finite | (sign * rows["desired_weight"] < 0)]


def in_both_legs(rows: pd.DataFrame) -> pd.DataFrame:
    """Names held twice."""
    return rows[rows.duplicated(["as_of_date", "strategy", "symbol"], keep=False)]


def above_a_cap(rows: pd.DataFrame) -> pd.DataFrame:
    """Names above max_weight."""
    return rows[rows["weight"] > rows["max_weight"] + EXACT]


def below_the_floor(rows: pd.DataFrame) -> pd.DataFrame:
    """Names that are held below min_weight, a leg that was scaled for its beta apart."""
    floor = np.minimum(rows["min_weight"], rows["max_weight"])
    is_free = rows["side"] == "market_neutral"
    return rows[~is_free & (rows["weight"] < floor - EXACT)]


def sectors_above_their_cap(rows: pd.DataFrame) -> pd.DataFrame:
    """Sectors of a leg above sector_cap."""
    known = rows.dropna(subset="sector")
    sums = known.groupby([*LEG, "sector"])[["weight"]].sum()
    caps = known.groupby([*LEG, "sector"])["sector_cap"].first()
    return sums[sums["weight"] > caps + EXACT]


def legs(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum, room and wanted gross of every leg that holds anything."""
    named = rows.assign(
        by_sector=rows["sector"].fillna("none of " + rows["symbol"]),
        sector_cap=rows["sector_cap"].where(rows["sector"].notna(), np.inf),
    )
    sectors = named.groupby([*LEG, "by_sector"]).agg(
        names=("max_weight", "sum"), cap=("sector_cap", "first")
    )
    found = rows.groupby(LEG).agg(
        total=("weight", "sum"),
        leg_gross=("leg_gross", "first"),
        gross_long=("gross_long", "first"),
        gross_short=("gross_short", "first"),
        book_class=("book_class", "first"),
        crypto_share=("crypto_share", "first"),
        side=("side", "first"),
        is_underfilled=("is_leg_underfilled", "first"),
    )
    found["room"] = sectors.min(axis=1).groupby(level=LEG).sum()
    found = found.reset_index()
    share = (
        np.where(found["asset_class"] == "crypto", 0, 1)
        + np.where(found["asset_class"] == "crypto", 1, -1) * found["crypto_share"]
    )
    gross = found["gross_long"].where(found["leg"] == "long", found["gross_short"])
    found["wanted"] = gross * np.where(found["book_class"] == "both", share, 1.0)
    return found


def legs_of_another_sum(rows: pd.DataFrame) -> pd.DataFrame:
    """Legs that neither sum to their gross nor to all there is room for; wrongly flagged ones too.

    A market-neutral leg is scaled down at most.
    """
    found = legs(rows)
    full = np.minimum(found["wanted"], found["room"])
    is_neutral = found["side"] == "market_neutral"
    off = np.where(is_neutral, found["total"] > full + EXACT, (found["total"] - full).abs() > EXACT)
    misflagged = found["is_underfilled"].astype(bool) != (found["room"] < found["wanted"] - 1e-9)
    return found[off | misflagged]


def wrongly_chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """Names outside the chosen fraction that were not in the leg at the last rebalance.

    A name once chosen stays also while it has no weight, for want of data or below a floor: then
    only that it is no further down than hold_fraction can be seen here.
    """
    place = rows["score_rank"].where(
        rows["leg"] == "long", rows["n_candidates"] + 1 - rows["score_rank"]
    )
    n_top = np.floor(rows["n_candidates"] * rows["top_fraction"])
    n_hold = np.floor(rows["n_candidates"] * rows["hold_fraction"])
    may_be_weightless = rows["min_weight"].gt(0) | ~rows["weighting"].isin(["equal", "score"])
    return rows[(place > n_hold) | ((place > n_top) & ~was_held(rows) & ~may_be_weightless)]


def was_held(rows: pd.DataFrame) -> pd.Series:
    """Whether the name stood in the same leg of the strategy at its last rebalance."""
    scheduled = rows[rows["is_scheduled"].astype(bool)]
    dates = {
        strategy: np.sort(days.unique())
        for strategy, days in scheduled.groupby("strategy")["as_of_date"]
    }
    before = [
        dates[strategy][position - 1]
        if strategy in dates
        and (position := np.searchsorted(dates[strategy], np.datetime64(day))) > 0
        else pd.NaT
        for strategy, day in zip(rows["strategy"], rows["as_of_date"], strict=True)
    ]
    keys = ["strategy", "leg", "symbol"]
    held = pd.MultiIndex.from_frame(scheduled[["as_of_date", *keys]])
    asked = pd.MultiIndex.from_frame(rows[keys].assign(as_of_date=before)[["as_of_date", *keys]])
    return pd.Series(asked.isin(held), index=rows.index)


def market_betas(market: Market) -> dict[tuple, float]:
    """Date and symbol to the beta known then."""
    betas = market.table("factors.volatility", "as_of_date, symbol, market_beta").dropna()
    return {row[:2]: row[2] for row in betas.itertuples(index=False)}


def not_neutral(rows: pd.DataFrame, betas: dict[tuple, float]) -> pd.DataFrame:
    """Market-neutral books whose beta is not 0 against the market of an asset class.

    Where that cannot be, because a leg's beta is not above 0, their sums are equal and it is said.
    """
    neutral = rows[rows["side"] == "market_neutral"]
    keys = zip(neutral["as_of_date"], neutral["symbol"], strict=True)
    beta = neutral["desired_weight"] * [betas.get(key, 1.0) for key in keys]
    books = neutral.assign(beta=beta).groupby(["as_of_date", "strategy", "asset_class"])
    found = books.agg(
        beta=("beta", "sum"),
        net=("desired_weight", "sum"),
        is_unhedged=("is_beta_unhedged", "max"),
        n_legs=("leg", "nunique"),
    )
    is_flat = np.where(found["is_unhedged"], found["net"].abs() < 1e-9, found["beta"].abs() < 1e-9)
    return found[~is_flat]


def pnl_that_does_not_add_up(market: Market) -> pd.DataFrame:
    """Days whose parts are not their net return, with negative costs, or without a number."""
    pnl = market.table("performance.daily_pnl")
    signed = pnl["gross_return"] + pnl["cash_return"] - pnl["cost_return"] - pnl["borrow_return"]
    numbers = pnl[["gross_return", "cash_return", "net_return", "nav", "turnover", "drawdown"]]
    wrong = (signed - pnl["net_return"]).abs() > EXACT
    wrong |= (pnl[["cost_return", "borrow_return", "turnover"]] < 0).any(axis=1)
    return pnl[wrong | ~np.isfinite(numbers).all(axis=1)]


def gross_that_is_no_sum(market: Market) -> pd.DataFrame:
    """Days whose gross return is not what the positions contributed."""
    held = market.query(
        "select date, strategy, sum(contribution) as contributed, sum(borrow_return) as carried"
        " from portfolios.positions group by all"
    )
    pnl = market.table("performance.daily_pnl", "date, strategy, gross_return, borrow_return")
    both = pnl.merge(held, on=["date", "strategy"], how="outer")
    both = both.fillna({"contributed": 0.0, "carried": 0.0})
    off = (both["contributed"] - both["gross_return"]).abs()
    off = np.maximum(off, (both["carried"] - both["borrow_return"]).abs())
    return both[~(off <= EXACT * np.maximum(both["gross_return"].abs(), 1))]


def nav_that_is_no_product(market: Market) -> pd.DataFrame:
    """Days whose nav is not the product of 1 + net so far, or whose drawdown is not nav's."""
    pnl = market.table("performance.daily_pnl").sort_values(["strategy", "date"])
    product = (1 + pnl["net_return"]).groupby(pnl["strategy"]).cumprod()
    peak = product.groupby(pnl["strategy"]).cummax().clip(lower=1)
    off = (product - pnl["nav"]).abs() > EXACT * np.maximum(product.abs(), 1)
    return pnl[off | ((np.minimum(product / peak - 1, 0) - pnl["drawdown"]).abs() > EXACT)]


def turnover_that_is_no_sum(market: Market) -> pd.DataFrame:
    """Days whose turnover is not half the sum of absolute trades, or whose cost is not theirs."""
    trades = market.table("portfolios.trades")
    by_day = trades.assign(half=trades["trade_weight"].abs() / 2)
    by_day = by_day.groupby(["trade_date", "strategy"])[["half", "cost_return"]].sum()
    by_day = by_day.reset_index().set_axis(["date", "strategy", "half", "paid"], axis=1)
    pnl = market.table("performance.daily_pnl").merge(by_day, on=["date", "strategy"], how="outer")
    half, paid = pnl["half"].fillna(0), pnl["paid"].fillna(0)
    off = ((half - pnl["turnover"]).abs() > EXACT) | ((paid - pnl["cost_return"]).abs() > EXACT)
    return pnl[off | pnl["turnover"].isna()]


def turnover_above_its_cap(market: Market) -> pd.DataFrame:
    """Days of more turnover than the cap, on which a decision that does not build a book begins.

    Names whose venue was closed then trade later, from weights that have drifted since: their day
    may exceed the cap by that drift.
    """
    pnl = market.table("performance.daily_pnl", "date, strategy, turnover, gross_exposure")
    caps = market.table("seeds.strategies", "strategy, turnover_cap").dropna()
    capped = pnl.merge(caps, on="strategy")
    trades = market.table("portfolios.trades")
    keys = ["strategy", "as_of_date"]
    targets = market.table("portfolios.target_weights", "strategy, as_of_date, trade_date")
    first = targets.groupby(keys)["trade_date"].min().rename("date").reset_index()
    empty = capped[capped["gross_exposure"] == 0][["strategy", "date"]]
    built = trades.merge(first.merge(empty, on=["strategy", "date"])[keys], on=keys)
    late = trades.merge(first, on=keys)
    late = late[late["trade_date"] > late["date"]]
    exempt = pd.concat([built, late])[["strategy", "trade_date"]]
    is_exempt = pd.MultiIndex.from_frame(capped[["strategy", "date"]]).isin(
        pd.MultiIndex.from_frame(exempt)
    )
    return capped[(capped["turnover"] > capped["turnover_cap"] + EXACT) & ~is_exempt]


def trades_beyond_their_share(market: Market) -> pd.DataFrame:
    """Trades of more than participation_cap of the daily volume known at their decision."""
    trades = market.table("portfolios.trades").merge(
        market.table("seeds.strategies", "strategy, participation_cap, aum_usd").dropna(),
        on="strategy",
    )
    known = market.table("prepared.universe_daily", "as_of_date, symbol, mean_dollar_volume_usd")
    trades = pd.merge_asof(
        trades.sort_values("as_of_date"),
        known.sort_values("as_of_date"),
        on="as_of_date",
        by="symbol",
    )
    volume = trades["mean_dollar_volume_usd"]
    money = trades["trade_weight"].abs() * trades["aum_usd"]
    return trades[money > trades["participation_cap"] * volume * (1 + EXACT) + 1e-6]


def trades_inside_the_band(market: Market) -> pd.DataFrame:
    """Names traded though held and wanted on one side, nearer than no_trade_band to what is wanted.

    Judged on the first trade of a decision in a name: a rest may be as small as it is.
    """
    keys = ["strategy", "as_of_date", "symbol"]
    trades = market.table("portfolios.trades").sort_values("trade_date")
    trades = trades.drop_duplicates(keys).merge(
        market.table("seeds.strategies", "strategy, no_trade_band").dropna(), on="strategy"
    )
    wanted = market.table("construction.desired_weights", f"{', '.join(keys)}, desired_weight")
    trades = trades.merge(wanted, on=keys)
    is_same_side = trades["weight_before"] * trades["desired_weight"] > 0
    gap = (trades["weight_before"] - trades["desired_weight"]).abs()
    return trades[is_same_side & (gap < trades["no_trade_band"] - EXACT)]


OF_WEIGHTS = (
    unsigned,
    in_both_legs,
    above_a_cap,
    below_the_floor,
    sectors_above_their_cap,
    legs_of_another_sum,
    wrongly_chosen,
)
OF_BOOKS = (
    pnl_that_does_not_add_up,
    gross_that_is_no_sum,
    nav_that_is_no_product,
    turnover_that_is_no_sum,
    turnover_above_its_cap,
    trades_beyond_their_share,
    trades_inside_the_band,
)
