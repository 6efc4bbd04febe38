# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   title: Factorhouse, from raw prices to net returns
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # From raw prices to net returns
#
# A factor-investing warehouse for equities and crypto, in SQL: what landed, what the factors
# earned, what the models learned, what the books kept after costs, and how much of it may be luck.
#
# Every number below is a row of the published file, and was knowable on its date.

# %% slideshow={"slide_type": "skip"}
# Run it in the project's environment, with the kernel of .venv; the dataset is
# FACTORHOUSE_DATASET, else demo. `make all` builds and publishes it.
import os
import sys
from io import BytesIO
from pathlib import Path
from zlib import crc32

from IPython.display import Image

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "reports").is_dir())
sys.path.insert(0, str(ROOT))

from reports import queries
from reports.drawing import empty_page, figure_style
from reports.figures import all_figures
from reports.plots import query_parameters, report_context
from reports.registry import dataset_name
from warehouse import dataset_files, open_published

given = os.environ.get("FACTORHOUSE_DATASET") or "demo"
dataset = dataset_name(given)
published = open_published(dataset_files(dataset, given))
report = report_context(published, dataset)


# %% slideshow={"slide_type": "skip"}
def ask(sql, **formats):
    """The rows of a query; a column named in formats is shown in that format."""
    rows = published.sql(sql).df()
    words = rows.columns[~rows.dtypes.map(lambda kind: kind.kind in "iuf")]
    left = [{"selector": "", "props": "text-align: left"}]
    table = rows.style.hide(axis="index").format(formats, na_rep="")
    return table.set_uuid(f"{crc32(sql.encode()):x}").set_table_styles(dict.fromkeys(words, left))


def draw(name, **only):
    """One of the report's figures, from the SQL of the same name; only the rows asked for."""
    rows, spec = queries.frame(published, name, query_parameters()), all_figures()[name]
    for column, wanted in only.items():
        chosen = rows[rows[column].isin(wanted)]
        rows = chosen if len(chosen) else rows
    with figure_style():
        empty = rows.empty
        page = empty_page(report, spec.title, spec.if_empty) if empty else spec.draw(rows, report)
        png = BytesIO()
        page.savefig(png, format="png", dpi=115, metadata={"Software": None})
    return Image(png.getvalue(), width=86 * page.get_figwidth(), alt=spec.title)


FACTORS = (
    *("book_to_market", "momentum_12_1", "gross_profitability", "size"),
    *("volatility_1y", "reversal_1m", "momentum_3w", "amihud_1m"),
)
STRATEGIES = (
    *("equity_momentum_long", "equity_composite_long", "equity_composite_long_short"),
    *("crypto_momentum_long", "crypto_composite_long", "both_composite_long"),
)
COUNT, PERCENT, NUMBER = "{:,.0f}", "{:.1%}", "{:.2f}"

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data: complete calendars, nothing repaired in silence
#
# Raw rows are never edited. A bar that fails a cleaning rule is set aside with its reason, and the
# day is a gap.

# %% slideshow={"slide_type": "-"}
ask(
    """
    select
        asset_class as "asset class",
        count(distinct symbol) as names,
        count(*) as "days of names",
        min(as_of_date)::varchar as "first day",
        max(as_of_date)::varchar as "last day",
        avg(is_stale::integer) as "days carried",
        count(distinct symbol) filter (is_delisted) as delisted
    from prepared.prices_daily
    group by all
    order by 1 desc
    """,
    **{"names": COUNT, "days of names": COUNT, "days carried": "{:.2%}"},
)

# %% slideshow={"slide_type": "-"}
ask(
    """
    select replace(reason, '_', ' ') as "set aside because", count(*) as bars
    from prepared.quarantine
    group by all
    order by bars desc
    limit 5
    """,
    bars=COUNT,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A factor is a rank among what could be traded that day
#
# The raw value is pulled in at the 1st and 99th percentile of its country, expressed in standard
# deviations (the z-score), and ranked. Here: the year's return without its last month, on the
# newest date.

# %% slideshow={"slide_type": "-"}
ask(
    """
    select
        symbol,
        name,
        raw_value as "return over the year",
        winsorized_value as "pulled in",
        z_score as "z-score",
        rank_pct as "rank",
        n_names as "names ranked"
    from factors.factor_values
    inner join prepared.assets using (symbol)
    where factor = 'momentum_12_1' and factor_values.asset_class = 'equity' and country = 'US'
    qualify as_of_date = max(as_of_date) over ()
    order by rank_pct desc
    limit 6
    """,
    **{
        "return over the year": PERCENT,
        "pulled in": PERCENT,
        "z-score": NUMBER,
        "rank": PERCENT,
        "names ranked": COUNT,
    },
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What the factors earned
#
# Long the best 30 %, short the worst 30 %, re-formed each month end, traded a session later. All
# are scaled to 10 % volatility a year, so that they can be compared.

# %% slideshow={"slide_type": "-"}
draw("factor_cumulative_returns", factor=FACTORS)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How sure is a premium?
#
# Returns of a factor depend on each other over time, so its t-statistic is held against a critical
# value made for that. Only what is above it is told apart from nothing.

# %% slideshow={"slide_type": "-"}
ask(
    """
    select
        asset_class as "asset class",
        factor,
        mean_ann as "a year",
        t_stat as "t",
        critical_value as "critical",
        case when abs(t_stat) > critical_value then 'yes' else 'no' end as "told apart"
    from analysis.factor_premia
    order by t_stat desc nulls last
    limit 10
    """,
    **{"a year": PERCENT, "t": NUMBER, "critical": NUMBER},
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Do the ranks say something about what comes?
#
# The information coefficient is the rank correlation of a factor with the return of the month
# after.

# %% slideshow={"slide_type": "-"}
draw("ic_over_time", factor=FACTORS)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Scores, out of sample
#
# Each model is refitted every year on what was known by then; no training label ends after the
# first day it scores.

# %% slideshow={"slide_type": "-"}
draw("model_comparison")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What the scores are made of
#
# The SHAP value of a factor is what it added to a name's score, or took from it.

# %% slideshow={"slide_type": "-"}
draw("shap_summary")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Books, net of every cost
#
# Orders decided on a day trade at the close of the next session, and pay commission, half the
# spread and market impact; shorts pay a borrow fee.

# %% slideshow={"slide_type": "-"}
draw("cumulative_pnl", strategy=STRATEGIES)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The same in numbers
#
# `dsr` is the probability that the Sharpe ratio is above what the best of all variants ever tried
# here would show by luck alone.

# %% slideshow={"slide_type": "-"}
ask(
    """
    select
        strategy,
        ann_return as "a year",
        ann_vol as "volatility",
        sharpe as "Sharpe",
        max_drawdown as "worst fall",
        ann_turnover as "turnover a year",
        ann_cost as "cost a year",
        dsr
    from performance.summary
    order by dsr desc nulls last
    limit 12
    """,
    **{
        "a year": PERCENT,
        "volatility": PERCENT,
        "Sharpe": NUMBER,
        "worst fall": PERCENT,
        "turnover a year": PERCENT,
        "cost a year": PERCENT,
        "dsr": PERCENT,
    },
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What trading costs, and how much a book can bear
#
# A book that turns over often needs more before costs to keep anything after them.

# %% slideshow={"slide_type": "-"}
draw("turnover_and_cost_sensitivity", strategy=STRATEGIES)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Luck: the same idea, tried every way
#
# One result is one choice among many: universe, window, weighting, fraction, lag, cost. This is
# what the others would have shown.

# %% slideshow={"slide_type": "-"}
draw("multiverse", result=["equity_momentum"])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to do today
#
# The newest decision of each strategy, to be traded at the next close: `make signals` writes it in
# whole lots for a broker.

# %% slideshow={"slide_type": "-"}
draw("live_signals", strategy=STRATEGIES[:4])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Go on from here
#
# | | |
# |---|---|
# | ask in SQL | `make sql` |
# | trade one strategy | `make signals STRATEGY=name HOLDINGS=holdings.csv` |
# | hand everything to other tools | `make exports`, then `docs/other_engines.md` |
# | try a thousand variants | `make sweep` |
#
# The demo market is synthetic: its premia and its faults were planted, so that the house can be
# checked against the truth. Nothing here is a promise about any real market.
