"""Today's trades in whole lots, against an uploaded holdings file or a strategy's model book."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from reports.dashboard.reading import Reading
from reports.dashboard.tables import show as show_table
from reports.errors import ReportsError
from reports.glossary import help_on
from reports.holdings import CASH, Holding, parsed_holdings
from reports.signals import HIDDEN, orders

SHOWN = [
    "symbol", "signal", "trade_units", "trade_usd", "close_local", "currency", "current_units",
    "units_after", "current_weight", "target_weight", "weight_after", "cost_usd", "note",
]  # fmt: skip


def show(now: Reading) -> None:
    """Choose a strategy, bring holdings, see and download the trades."""
    st.title("Trades for my holdings")
    choices = now.first("signals_choices")
    if not len(choices["strategies"]):
        st.info("No strategy has signals today: run `make summary` to see why.")
        return
    left, middle, right = st.columns([2, 2, 1])
    strategy = left.selectbox(
        "Strategy", choices["strategies"], help=help_on("strategy"), key="trades_strategy"
    )
    uploaded = middle.file_uploader(
        "Holdings, a CSV file: symbol, units",
        type="csv",
        key="trades_file",
        help="Shares or coins, short below 0; a row `cash` in US dollars. Columns strategy, lot "
        "and min_notional_usd may stand beside them. The file stays in memory.",
    )
    aum = right.number_input(
        "Size of the book, USD",
        min_value=0.0,
        value=None,
        step=10_000.0,
        format="%.0f",
        placeholder="as held",
        key="trades_aum",
        help="Weights are shares of it. Empty: what the holdings and the cash are worth.",
    )
    try:
        held = holdings_of(uploaded, strategy)
        rows = orders(now.snapshot.connection, holdings=held, aum=aum or None, strategy=strategy)
    except ReportsError as error:
        st.error(str(error).replace("STRATEGY=name", "the list above"), icon=":material/error:")
        st.markdown("A file that works:")
        st.code(example(now, strategy), language=None)
        return
    show_orders(now, rows, strategy, is_uploaded=held is not None)


def example(now: Reading, strategy: str) -> str:
    """A holdings file of names that the strategy wants today and that can be traded."""
    rows = now.rows("trades_example", strategy=strategy)
    return f"{rows.to_csv(index=False)}{CASH},25000\n"


def holdings_of(
    uploaded: st.runtime.uploaded_file_manager.UploadedFile | None, strategy: str
) -> list[Holding] | None:
    """The rows of the uploaded file, None without one.

    Raises
    ------
    ReportsError : the file has mistakes, each with its row, or nothing for the strategy.
    """
    if uploaded is None:
        return None
    held = parsed_holdings(uploaded.getvalue(), uploaded.name)
    if held and not any(row.strategy in (None, strategy) for row in held):
        named = sorted({row.strategy for row in held if row.strategy})
        raise ReportsError(
            f"{uploaded.name} has no rows for {strategy}: they are of {', '.join(named)}. Choose "
            "one of these above, or empty the column strategy."
        )
    return held


def show_orders(now: Reading, rows: pd.DataFrame, strategy: str, *, is_uploaded: bool) -> None:
    """The book in numbers, its trades, what cannot be traded, and the file."""
    cash = rows[rows["symbol"] == CASH].iloc[-1]
    names = rows.drop(index=cash.name)
    trades = names[names["trade_units"] != 0]
    book = "the uploaded holdings" if is_uploaded else "the strategy's own model book"
    st.markdown(
        f"What takes {book} to the weights that **{strategy}** wants, in whole lots at the close "
        f"of **{cash['as_of_date']:%d %b %Y}**. Weights are shares of the book's value."
    )
    if not is_uploaded:
        st.info(
            "No file yet: this is the model book. Upload your own, or download this one's "
            "holdings as a pattern.",
            icon=":material/upload_file:",
        )
    if not cash["is_scheduled"]:
        st.caption("No rebalance of this strategy falls on that day: its model book would wait.")
    show_totals(names, trades, cash)
    if trades.empty:
        st.success("Nothing to trade: the book stands where the strategy wants it.")
    else:
        show_table(trades[SHOWN], height=420, key="trades_table")
    idle = names[(names["trade_units"] == 0) & names["note"].notna()]
    if not idle.empty:
        st.subheader("Left alone")
        show_table(idle[["symbol", "current_units", "current_weight", "note"]], key="trades_idle")
    downloads(now, rows, names, strategy, cash)


def show_totals(names: pd.DataFrame, trades: pd.DataFrame, cash: pd.Series) -> None:
    """Worth, trades, turnover, cost and what is left in cash."""
    cells = st.columns(5)
    turnover = 50 * trades["trade_usd"].abs().sum() / cash["nav_usd"]
    cells[0].metric("Book, USD", f"{cash['nav_usd']:,.0f}")
    cells[1].metric("Trades", f"{len(trades):,}")
    cells[2].metric("Turnover", f"{turnover:.1f} %", help=help_on("turnover"))
    cells[3].metric(
        "Expected cost, USD",
        f"{names['cost_usd'].sum():,.0f}",
        help="Commission, half the spread and market impact, by the strategy's cost model.",
    )
    cells[4].metric("Cash after, USD", f"{cash['usd_after']:,.0f}")


def downloads(
    now: Reading, rows: pd.DataFrame, names: pd.DataFrame, strategy: str, cash: pd.Series
) -> None:
    """The trades, and the holdings as a file to edit."""
    day = f"{cash['as_of_date']:%Y-%m-%d}"
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        "Download trades",
        rows.drop(columns=list(HIDDEN)).to_csv(index=False, date_format="%Y-%m-%d"),
        f"{strategy}_{day}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="trades_download",
    )
    held = names.loc[names["current_units"] != 0, ["symbol", "current_units"]]
    pattern = held.rename(columns={"current_units": "units"})
    pattern.loc[len(rows)] = [CASH, round(float(cash["current_usd"]), 2)]
    right.download_button(
        "Download holdings as a pattern",
        pattern.to_csv(index=False),
        "holdings.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/description:",
        key="trades_pattern",
    )
