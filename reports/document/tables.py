"""The tables of the document: which columns of which query, and their units."""

from __future__ import annotations

import json

import duckdb
import pandas as pd

from reports import queries
from reports.document.content import Column, Table, table
from reports.plots import query_parameters

STRATEGY = Column("strategy", "Strategy")
CLASS = Column("asset_class", "Asset class")
PERFORMANCE = (
    STRATEGY,
    Column("first_date", "From"),
    Column("last_date", "To"),
    Column("ann_return", "Return", "% a year", 1, 100),
    Column("ann_vol", "Volatility", "% a year", 1, 100),
    Column("sharpe", "Sharpe", "ratio", 2),
    Column("sharpe_lower", "from", "ratio", 2),
    Column("sharpe_upper", "to", "ratio", 2),
    Column("psr", "psr", "%", 0, 100, certain=False),
    Column("dsr", "dsr", "%", 0, 100, certain=False),
    Column("max_drawdown", "Drawdown", "%", 1, 100, is_loss=True),
    Column("beta", "Beta to benchmark", "ratio", 2),
    Column("alpha_ann", "Alpha to benchmark", "% a year", 1, 100),
)
OVERFITTING = (
    Column("peer_group", "Group"),
    Column("n_strategies", "Strategies", "number", 0),
    Column("n_splits", "Splits", "number", 0),
    Column("pbo", "pbo", "%", 0, 100, certain=False),
    Column("loss_probability", "Best loses after", "% of splits", 0, 100, certain=False),
)
COSTS = (
    STRATEGY,
    Column("ann_turnover", "Turnover", "% a year", 0, 100),
    Column("ann_cost", "Cost", "% a year", 2, 100),
    Column("break_even_cost_bps", "Break-even", "bps", 0),
    Column("aum_usd", "Fund", "M USD", 1, 1e-6),
    Column("mean_participation", "Share of volume", "% of a day", 2, 100),
    Column("capacity_usd", "Capacity", "M USD", 0, 1e-6),
    Column("net_sharpe_p05", "Sharpe, 5 %", "ratio", 2),
    Column("net_sharpe_p95", "Sharpe, 95 %", "ratio", 2),
)
PREMIA = (
    CLASS,
    Column("factor", "Factor"),
    Column("mean_ann", "Premium", "% a year", 1, 100),
    Column("bootstrap_lower_ann", "from", "% a year", 1, 100),
    Column("bootstrap_upper_ann", "to", "% a year", 1, 100),
    Column("t_stat", "t", "ratio", 1),
    Column("critical_value", "critical", "ratio", 2),
    Column("fdr_p_value", "Adjusted p", "%", 1, 100),
    Column("mean_ic", "Inf. coefficient", "correlation", 3),
    Column("first_date", "From"),
)
MODELS = (
    CLASS,
    Column("model", "Model"),
    Column("first_date", "From"),
    Column("n_ranked_dates", "Months", "number", 0),
    Column("rank_ic", "Inf. coefficient", "correlation", 3),
    Column("rank_ic_t_stat", "t", "ratio", 1),
    Column("rank_ic_critical_value", "critical", "ratio", 2),
    Column("rank_ic_over_composite", "Over composite", "correlation", 3),
    Column("rank_ic_over_composite_t_stat", "its t", "ratio", 1),
    Column("r2_oos", "R\u00b2", "%", 2, 100),
)
QUALITY = (
    Column("source", "Source"),
    CLASS,
    Column("n_symbols", "Names", "number", 0),
    Column("n_sessions", "Sessions", "number", 0),
    Column("gap_share", "Without a bar", "%", 2, 100),
    Column("stale_share", "Price carried", "%", 2, 100),
    Column("n_quarantined", "Set aside", "number", 0),
    Column("n_rejected", "Rejected", "number", 0),
    Column("n_revisions", "Revised", "number", 0),
    Column("n_failed_fetches", "Failed fetches", "number", 0),
)
SURVIVORS = (
    CLASS,
    Column("first_date", "First"),
    Column("n_members_first", "In the universe then", "names", 0),
    Column("n_listed_first", "With data then", "names", 0),
    Column("n_delisted_since", "Delisted since", "names", 0),
    Column("last_date", "Last"),
    Column("n_listed_last", "With data then", "names", 0),
)
RAW = (
    Column("table_name", "Raw table"),
    Column("n_rows", "Rows landed", "number", 0),
    Column("n_rejected", "Rejected", "number", 0),
    Column("reasons", "Why", wraps=True),
)
COST_MODELS = (
    Column("cost_model", "Cost model"),
    CLASS,
    Column("min_dollar_volume_usd", "Volume from", "M USD a day", 0, 1e-6),
    Column("commission_bps", "Commission", "bps", 1),
    Column("half_spread_bps", "Half spread", "bps", 1),
    Column("impact_law", "Impact law"),
    Column("impact_coefficient", "its factor", "ratio", 2),
    Column("borrow_bps_ann", "Borrow fee", "bps a year", 0),
    Column("funding_bps_ann", "Funding", "bps a year", 0),
)
RULES = (
    Column("rule", "Rule", wraps=True),
    Column("unit", "Unit"),
    Column("equity", "Equity", wraps=True),
    Column("crypto", "Crypto", wraps=True),
)
# What the variables of dbt_project.yml mean to a reader, their unit, and what they are scaled by.
VARIABLES = {
    "execution_lag_sessions": ("From the decision to the trade", "sessions", 1),
    "calendars": ("Calendar of the books", "", 1),
    "sessions": ("Week, month and year of a window", "sessions", 1),
    "window_coverage": ("Part of a window that needs bars", "%", 100),
    "publication_lag_days": ("Statements count from their period's end, if unpublished", "days", 1),
    "max_statement_age_months": ("Oldest statement used", "months", 1),
    "min_history_sessions": ("History before a name is traded", "sessions", 1),
    "min_dollar_volume_usd": ("Least median volume of a traded name", "US dollars a day", 1),
    "min_market_cap_usd": ("Least market value of a traded name", "US dollars", 1),
    "min_names": ("Fewest names that are ranked", "names", 1),
    "winsorize": ("Factor values are drawn in beyond the quantiles", "%", 100),
    "max_carry_sessions": ("A missing price is carried", "sessions", 1),
    "max_move": ("One-day multiple that waits for the next session's word", "ratio", 1),
    "delisting_after_sessions": ("Silence that is a delisting", "sessions", 1),
    "delisting_return": ("Its return, where the source names none", "%", 100),
    "excluded_asset_kinds": ("Never ranked or traded", "", 1),
}


def from_query(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    title: str,
    columns: tuple[Column, ...],
    *,
    if_empty: str,
    note: str = "",
) -> Table:
    """The table of ``queries/document/<name>.sql``."""
    given = {**query_parameters(), "books": "performance"}
    rows = queries.frame(connection, f"document/{name}", given)
    return table(name, title, rows, columns, if_empty=if_empty, note=note)


def rules_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """The variables that held in this build, side by side for the asset classes."""
    rows = queries.frame(connection, "document/settings")
    by_class = {row.asset_class: json.loads(row.variables) for row in rows.itertuples()}
    lines = [
        {
            "rule": words,
            "unit": unit,
            **{
                name: setting(by_class.get(name, {}).get(key), scale)
                for name in ("equity", "crypto")
            },
        }
        for key, (words, unit, scale) in VARIABLES.items()
        if any(key in settings for settings in by_class.values())
    ]
    return table(
        "settings",
        "Rules that held in this build",
        pd.DataFrame(lines, columns=["rule", "unit", "equity", "crypto"]),
        RULES,
        if_empty="No backtest has run, so none has left its settings: add a row to strategies.csv.",
    )


def setting(value: object, scale: float) -> str | None:
    """A setting in words; None where the class has none."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {setting(own, scale)}" for key, own in value.items())
    if isinstance(value, list):
        return ", ".join(str(own) for own in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{scale * value:,.10g}".replace("-", "\u2212")
    return None if value is None else str(value)
