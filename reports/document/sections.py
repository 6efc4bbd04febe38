"""The chapters of the document, each from its own queries and figures."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from reports import queries
from reports.document import tables
from reports.document.content import Block, Bullets, Paragraph, Section, Table, table
from reports.findings import cautions
from reports.pictures import Picture, Pictures
from reports.summary import factor_lines, idle_lines, plain

NO_TRADES = "No strategy has traded here yet: see under Data and their limits why."
NOT_DRAWN = "The figure {name} was not drawn."


def pictures(drawn: Pictures, names: Sequence[str]) -> list[Picture | Paragraph]:
    """Figures by name; a sentence where one was not drawn."""
    return [drawn.get(name) or Paragraph(NOT_DRAWN.format(name=name)) for name in names]


def strategies(connection: duckdb.DuckDBPyConnection, drawn: Pictures) -> Section:
    """How the strategies did, and how much of it may be luck."""
    rows = queries.frame(connection, "document/performance")
    trials = rows["n_trials"].max() if len(rows) else None
    ruined = [
        f"{row.strategy} lost all it had on {row.ruin_date:%Y-%m-%d} and was closed."
        for row in rows[rows["ruin_date"].notna()].itertuples()
    ]
    blocks: list[Block] = [
        Paragraph(
            "Results after all costs. The interval is the 95 % one of the Sharpe ratio (block "
            "bootstrap). " + (luck_words(int(trials)) if trials and trials > 0 else "")
        ),
        table(
            "performance",
            "Strategies, after costs",
            rows,
            tables.PERFORMANCE,
            if_empty=NO_TRADES,
            note=" ".join(ruined),
        ),
        *pictures(drawn, ("cumulative_pnl", "drawdowns", "sharpe_and_luck")),
        tables.from_query(
            connection,
            "overfitting",
            "Choosing the best of them",
            tables.OVERFITTING,
            if_empty="Fewer than two strategies began together, so none was chosen among others.",
            note=alone_words(connection),
        ),
        *pictures(drawn, ("monthly_returns", "rolling_sharpe")),
    ]
    return Section("strategies", "Strategies", tuple(blocks))


def alone_words(connection: duckdb.DuckDBPyConnection) -> str:
    """Why only books that began together are compared, and which are in no group."""
    names = [name for (name,) in queries.execute(connection, "document/alone").fetchall()]
    alone = f" In no group: {', '.join(names)}." if names else ""
    return (
        "Only books valued on the same days from the same first day are compared, as each must "
        f"have had every day that another was chosen by.{alone}"
    )


def luck_words(trials: int) -> str:
    """What psr and dsr say here."""
    if trials == 1:
        return "One trial was ever run here, so that psr and dsr are the same."
    return (
        "psr is the probability that the true Sharpe ratio is above 0, dsr that it is above what "
        f"the best of the {trials:,} trials ever run here would show by luck alone; from 95 % on "
        "it convinces."
    )


def sources_of_return(drawn: Pictures) -> Section:
    """What moved the strategies."""
    names = ("attribution", "alpha_over_time", "rolling_exposures", "weights_over_time")
    text = (
        "How much of each strategy is the market and known factors, and how much is its own: "
        "betas are estimated on the year before the day they explain."
    )
    return Section(
        "sources", "Where the returns come from", (Paragraph(text), *pictures(drawn, names))
    )


def costs(connection: duckdb.DuckDBPyConnection, drawn: Pictures) -> Section:
    """What trading takes."""
    blocks = (
        tables.from_query(
            connection,
            "costs",
            "What trading takes",
            tables.COSTS,
            if_empty=NO_TRADES,
            note="Sharpe, 5 % and 95 %: percentiles over draws of what impact costs.",
        ),
        *pictures(drawn, ("turnover_and_cost_sensitivity", "capacity_curve")),
        tables.from_query(
            connection,
            "cost_models",
            "What a trade is taken to cost",
            tables.COST_MODELS,
            if_empty="No strategy names a cost model: see cost_models.csv.",
        ),
    )
    return Section("costs", "Costs and capacity", blocks)


def factors(connection: duckdb.DuckDBPyConnection, drawn: Pictures) -> Section:
    """What the factors earned."""
    names = (
        *("factor_premia", "factor_cumulative_returns", "quantile_returns", "ic_decay"),
        *("ic_over_time", "factor_correlation", "multiverse"),
    )
    blocks = (
        tables.from_query(
            connection,
            "premia",
            "Premia of the factors, before costs",
            tables.PREMIA,
            if_empty="No factor has returns: each needs months of history and 10 names a day.",
            note="The interval is the 95 % one of the premium (block bootstrap). The information "
            "coefficient is that with the return of the next month.",
        ),
        *pictures(drawn, names),
    )
    return Section("factors", "Factors", blocks)


def models(connection: duckdb.DuckDBPyConnection, drawn: Pictures) -> Section:
    """How well the models ranked."""
    names = (
        *("model_comparison", "model_rank_ic", "real_vs_predicted", "calibration"),
        *("shap_summary", "importance_over_time"),
    )
    blocks = (
        tables.from_query(
            connection,
            "models",
            "Models, out of sample, before costs",
            tables.MODELS,
            if_empty="No month has both scores and a known outcome: a model first learns from 36 "
            "months of ranked factors.",
            note="R\u00b2 is against a forecast of 0; the ensemble and the composite rank and do "
            "not forecast.",
        ),
        *pictures(drawn, names),
    )
    return Section("models", "Models", blocks)


def signals(drawn: Pictures) -> Section:
    """What to do today."""
    text = (
        "The five largest trades of each strategy; all of them are in signals.live_signals, and "
        "`make signals` writes them in whole lots against what is held."
    )
    return Section("signals", "Signals", (Paragraph(text), *pictures(drawn, ("live_signals",))))


def data(connection: duckdb.DuckDBPyConnection, drawn: Pictures) -> Section:
    """What the numbers rest on, and what these data cannot say."""
    known = plain(queries.frame(connection, "summary_facts").iloc[0])
    raw = queries.frame(connection, "summary_raw_tables")
    blocks: tuple[Block, ...] = (
        Bullets(
            (
                *general_limits(connection),
                *cautions(known),
                *idle_lines(connection),
                *factor_lines(connection),
            ),
            "Nothing is missing that a factor or a strategy needs.",
        ),
        tables.from_query(
            connection,
            "survivors",
            "Who is in the data, and who left",
            tables.SURVIVORS,
            if_empty="No name has prices yet.",
            note="A list from which nobody was delisted is a list of survivors: its past looks "
            "better than it was.",
        ),
        tables.from_query(
            connection,
            "data_quality",
            "What the sources gave",
            tables.QUALITY,
            if_empty="No source has given a bar yet.",
            note="Set aside: bars, and fields of bars, that failed a cleaning rule "
            "(prepared.quarantine). Rejected: rows that could not be typed or keyed (raw.rejects); "
            "those of rates, and those whose symbol is missing or unknown, are of no asset.",
        ),
        raw_table(raw),
        *pictures(drawn, ("data_coverage", "factor_coverage")),
    )
    return Section("data", "Data and their limits", blocks)


def general_limits(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What no number of these data can say, whatever it is."""
    sources = {name for (name,) in queries.execute(connection, "document/sources").fetchall()}
    lines = []
    if "demo" in sources:
        lines.append(
            "The demo market is synthetic: its premia and its faults were planted, so that the "
            "house can be checked against the truth. Nothing here is a promise about any real "
            "market."
        )
    for row in queries.frame(connection, "document/survivors").itertuples():
        if not row.n_delisted_since:
            lines.append(
                f"None of the {row.asset_class} names of {row.first_date:%Y-%m} was delisted "
                "since: the list is one of survivors, and its past looks better than it was."
            )
    if sources - {"demo"}:
        lines.append("Sectors are those of the download, not of the past.")
    return lines


def raw_table(rows: pd.DataFrame) -> Table:
    """What landed."""
    return table(
        "raw_tables",
        "What landed",
        rows,
        tables.RAW,
        if_empty="Nothing has landed yet: run `make ingest`.",
    )


def rules(connection: duckdb.DuckDBPyConnection) -> Section:
    """How the numbers came about."""
    text = (
        "A row dated t holds what was known at the end of day t (UTC); orders decided then trade "
        "at the close of the next session on which the asset has a bar. Raw rows are never edited: "
        "a bar that fails a rule is set aside with its reason, and the day is a gap."
    )
    return Section("rules", "Rules", (Paragraph(text), tables.rules_table(connection)))
