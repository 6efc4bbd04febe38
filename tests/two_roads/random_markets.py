"""A built market made random: names come and go, sectors, betas, caps and volumes change or miss.

Only the tables that portfolios are made from are changed, and two years are left of them; the last
quarter has a date for every session, for daily strategies by the score ``ridge``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import yaml

from tests.builds import SMALL_DATASET
from tests.builds import Market as Built
from tests.two_roads.random_strategies import LAWS, awkward_rows, random_rows, write_seeds
from warehouse.seeds import registries
from warehouse.strategy_checks import Known, known_settings, row_problems

FIRST, FIRST_DAILY = "date '2016-01-01'", "date '2017-10-01'"
RHYTHMS = ("daily", "weekly", "monthly", "monthly", "quarterly")
BOOKS = "resource_type:seed path:dbt_project/models/portfolios daily_pnl benchmark_returns"
SCORED = ("factors.factor_values", "factors.composite_values", "scores.model_scores")


def build_random_market(built: Built, folder: Path, *, seed: int, n: int) -> None:
    """A random market with the awkward strategies, and n random ones less those refused."""
    changed = built.copied(folder, dataset=with_sessions(folder))
    make_random(changed.path, seed)
    known = known_of(changed.path)
    rows = [*awkward_rows(), *random_rows(seed, n, RHYTHMS)]
    write_seeds(folder / "seeds", [row for row in rows if not row_problems(row, known)])
    changed.settings["FACTORHOUSE_SEEDS"] = str(folder / "seeds")
    changed.models_alone("--select", BOOKS)


def known_of(path: Path) -> Known:
    """What rows are checked against before a build of the random market."""
    dates = ["month_ends", "week_ends", "sessions"]
    known = known_settings({**registries(), "factor_dates": dates}, universe_of(path))
    both = {"equity", "crypto"}
    return replace(known, cost_models={**known.cost_models, **dict.fromkeys(LAWS, both)})


def universe_of(path: Path) -> dict[str, dict[str, str | None]]:
    """Symbols with their sectors, by asset class, as landed."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select asset_class, symbol, any_value(sector) from raw.universe "
            "where symbol in (select symbol from raw.prices) group by all"
        ).fetchall()
    universe: dict[str, dict[str, str | None]] = {}
    for asset_class, symbol, sector in rows:
        universe.setdefault(asset_class, {})[symbol] = sector
    return universe


def with_sessions(folder: Path) -> Path:
    """The small dataset's file, with every session among its factor dates."""
    settings = yaml.safe_load(SMALL_DATASET.read_text())
    settings["vars"]["factor_dates"] = ["month_ends", "week_ends", "sessions"]
    path = folder / SMALL_DATASET.name
    path.write_text(yaml.safe_dump(settings, sort_keys=False))
    return path


def make_random(path: Path, seed: int) -> None:
    """Change a work file in place; the same for the same seed."""
    draw = np.random.default_rng(seed)
    with duckdb.connect(str(path)) as connection:
        keep_two_years(connection)
        add_daily_dates(connection)
        score_randomly(connection, draw)
        drop_names(connection, draw)
        change_sectors(connection, draw)
        change_values(connection, draw)


def keep_two_years(connection: duckdb.DuckDBPyConnection) -> None:
    for table in (*SCORED, "factors.factor_dates", "factors.cross_section_members"):
        connection.execute(f"delete from {table} where as_of_date < {FIRST}")


def add_daily_dates(connection: duckdb.DuckDBPyConnection) -> None:
    """Every session of the last quarter becomes a factor date, with who could be held then."""
    connection.execute(
        f"""
        insert into factors.factor_dates by name
        with days as (
            select distinct asset_class, as_of_date from prepared.universe_daily
            where as_of_date >= {FIRST_DAILY}
        )
        select
            days.as_of_date, days.asset_class, sessions.venue,
            max(sessions.as_of_date) as session_date,
            false as is_month_end, false as is_week_end,
            false as is_equity_month_end, false as is_equity_week_end
        from days join prepared.universe_daily as sessions
            on days.asset_class = sessions.asset_class and sessions.as_of_date <= days.as_of_date
        where (days.as_of_date, days.asset_class) not in (
            select as_of_date, asset_class from factors.factor_dates
        )
        group by all
        """
    )
    connection.execute(
        """
        insert into factors.cross_section_members by name
        select
            dates.as_of_date, known.symbol, known.asset_class, known.venue, known.country,
            known.sector, known.market_cap_usd, known.ret_1d_std, dates.session_date,
            dates.is_month_end, dates.is_week_end
        from factors.factor_dates as dates join prepared.universe_daily as known
            on dates.venue = known.venue and dates.asset_class = known.asset_class
            and dates.session_date = known.as_of_date
        where known.is_tradable and (dates.as_of_date, known.symbol) not in (
            select as_of_date, symbol from factors.cross_section_members
        )
        """
    )


def score_randomly(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Scores of one model that wander from date to date, so that names enter, stay and leave."""
    names = connection.execute(
        "select as_of_date, symbol, asset_class from factors.cross_section_members order by 2, 1"
    ).df()
    steps = draw.normal(size=len(names)) * 0.4
    names["model_score"] = names.assign(step=steps).groupby("symbol")["step"].cumsum().round(2)
    connection.execute("delete from scores.model_scores where model = 'ridge'")
    connection.execute(
        "insert into scores.model_scores by name select *, 'ridge' as model, '1' as fold_id "
        "from names"
    )


def drop_names(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """From date to date another share of the names is scored, on some too few for any choice."""
    names = connection.execute(
        "select distinct as_of_date, symbol from factors.cross_section_members order by 1, 2"
    ).df()
    dates = names["as_of_date"].drop_duplicates()
    shares = dict(zip(dates, draw.uniform(0.3, 1.6, len(dates)), strict=True))
    gone = names[draw.uniform(size=len(names)) > names["as_of_date"].map(shares)]  # noqa: F841
    for table in SCORED:
        connection.execute(
            f"delete from {table} "
            "where (as_of_date, symbol) in (select as_of_date, symbol from gone)"
        )


def change_sectors(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Four sectors of uneven size, and names without one, coins too."""
    symbols = connection.execute("select symbol from prepared.assets order by symbol").df()
    picked = draw.choice(["A", "B", "C", "D", ""], len(symbols), p=[0.4, 0.2, 0.15, 0.1, 0.15])
    symbols["new_sector"] = picked
    for table in ("prepared.assets", "factors.cross_section_members"):
        connection.execute(
            f"update {table} as changed set sector = nullif(symbols.new_sector, '') "
            "from symbols where changed.symbol = symbols.symbol"
        )


def change_values(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Unknown volatilities, caps, volumes and betas here and there; some betas below 0."""
    salt = int(draw.integers(1_000_000))
    unknown = {
        "construction.universe_sessions": (
            "ret_1d_std",
            "mean_dollar_volume_usd",
            "market_cap_usd",
        ),
        "prepared.prices_daily": ("market_cap_usd",),
        "factors.volatility": ("market_beta",),
    }

    def of_a_hundred(word: str, n: int) -> str:
        chosen = f"hash(symbol || as_of_date || '{word}{salt}') % 100 < {n}"
        return f"where as_of_date >= {FIRST} and {chosen}"

    for table, columns in unknown.items():
        for column in columns:
            connection.execute(f"update {table} set {column} = null {of_a_hundred(column, 3)}")
    connection.execute(
        f"update factors.volatility set market_beta = -market_beta {of_a_hundred('below 0', 30)}"
    )
    connection.execute(
        "update factors.cross_section_members as members "
        "set ret_1d_std = known.ret_1d_std, market_cap_usd = known.market_cap_usd "
        "from prepared.universe_daily as known "
        "where members.symbol = known.symbol and members.session_date = known.as_of_date"
    )
