"""Takes away, or spoils, what was not known at a date, and compares what was built from each."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb

# The day on which a row that is not named by a date was known.
KNOWN_COLUMNS = ("known_on_date", "fold_end_date", "closing_date", "ruin_date")
# Rows named by a date that belong to a sample of their fold: known when the fold is whole.
SAMPLED = {"scores.shap_values": "fold_end_date"}
# Measured by the clock, bytes that hold memory addresses, or hashes of what is compared itself.
NEVER_EQUAL = ("seconds", "artifact")
# The ledger of all that was ever run in a file, and what counts it; differences of long sums; what
# names a build itself (tests/contract/test_build_info.py).
NOT_OF_ONE_BUILD = (
    *("performance.trials", "construction.sharpe_block_sums"),
    "prepared.build_info",
)
LEDGER_COLUMNS = ("n_trials", "trials_sharpe_std", "expected_max_sharpe", "dsr")
HASHES = ("fingerprint", "fit_fingerprint", "data_fingerprint")

KNOWN_ON = """
    coalesce(
        cast(published_at as date),
        period_end_date + case frequency when 'quarter' then 90 when 'year' then 120 else 1 end
    )
"""
LATER = {
    "prices": "bar_date > $day",
    "corporate_actions": "ex_date > $day",
    "fundamentals": f"{KNOWN_ON} > $day",
    "fx_rates": "rate_date > $day",
    "interest_rates": "rate_date > $day",
    # Who an asset with bars is, was known; that it would join later was not, and changes nothing.
    "universe": (
        "member_from > $day and symbol in "
        "(select symbol from raw.universe where member_from is null or member_from <= $day)"
    ),
}
# Nonsense that differs by row and is the same on every run.
NOISE = "(0.2 + (hash({key}) % 1000) / 100.0)"
SPOILED = {
    "prices": (
        "close = close * {noise}, high = 1, low = 2, "
        "volume = case when hash(bar_date) % 3 = 0 then -1 else volume * {noise} end"
    ),
    "corporate_actions": "value = coalesce(value, 1) * {noise}",
    "fundamentals": "value = -3 * value * {noise}",
    "fx_rates": "usd_per_unit = usd_per_unit * {noise}",
    "interest_rates": "yield_ann = yield_ann + {noise}",
}
KEYS = {
    "prices": "symbol || bar_date",
    "corporate_actions": "symbol || ex_date",
    "fundamentals": "symbol || metric || period_end_date",
    "fx_rates": "currency || rate_date",
    "interest_rates": "currency || rate_date",
}


def cut(path: Path, day: date) -> None:
    """Delete every raw row that was not yet known at the end of the day."""
    with duckdb.connect(str(path)) as connection:
        for table, later in LATER.items():
            connection.execute(f"delete from raw.{table} where {later}", {"day": day})
        connection.execute(
            "update raw.universe set member_to = null where member_to > $day", {"day": day}
        )


def spoil(path: Path, day: date) -> None:
    """Replace every value that was not yet known at the end of the day by nonsense."""
    with duckdb.connect(str(path)) as connection:
        for table, change in SPOILED.items():
            noise = NOISE.format(key=KEYS[table])
            connection.execute(
                f"update raw.{table} set {change.format(noise=noise)} where {LATER[table]}",
                {"day": day},
            )
        connection.execute(
            "update raw.universe set member_to = $day + 2 where member_to > $day", {"day": day}
        )
        connection.execute(
            "insert into raw.corporate_actions select symbol, $day + 3, 'split', 7, null, 'demo', "
            "(select max(load_id) from raw.loads), now()::timestamp "
            "from raw.universe where asset_class = 'equity' and hash(symbol) % 5 = 0 "
            "group by symbol",
            {"day": day},
        )


def grains(manifest: Path, but_layer: str = "") -> dict[str, list[str]]:
    """The columns that name a row, by relation, from the grain tests of the project.

    The models of the folder ``but_layer`` are left out.
    """
    nodes = json.loads(manifest.read_text())["nodes"].values()
    relations = {
        node["unique_id"]: f"{node['schema']}.{node['name']}"
        for node in nodes
        if not (but_layer and f"/models/{but_layer}/" in node["original_file_path"])
    }
    return {
        relations[node["attached_node"]]: node["test_metadata"]["kwargs"]["columns"]
        for node in nodes
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "sound"
        and node.get("attached_node") in relations
    }


def day_column(columns: dict[str, str], grain: list[str]) -> str | None:
    """The column that dates a row: the grain's own, else the day the row was known."""
    dated = [name for name in grain if columns[name] == "DATE"]
    known = [name for name in KNOWN_COLUMNS if name in columns]
    return (dated + known + [None])[0]


def n_differing(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    grain: list[str],
    day: date | None,
    leave: Collection[str] = (),
    sums: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Rows of one relation, up to a day if given, in one build alone or with other values.

    Columns named in ``leave`` are not compared, nor what no two builds share. ``sums`` names sums
    whose terms cancel, and the column with the number of their terms: each may be off.
    """
    columns = {
        row[0]: row[1] for row in connection.execute(f"describe whole.{relation}").fetchall()
    }
    dated = SAMPLED.get(relation) or day_column(columns, grain)
    assert dated or not day, f"{relation}: no date says when a row was known: {KNOWN_COLUMNS}"
    known = f"{dated} <= $day" if day else "$day is null"
    if day and relation == "portfolios.target_weights":
        # What a limited book aims at is known when it trades, and with it what it could not sell.
        known = f"{known} and (desired_weight <> 0 or trade_date <= $day)"
    values = [
        name
        for name, kind in columns.items()
        if name not in (*grain, *leave, *NEVER_EQUAL) and not kind.endswith("[]")
    ]
    terms = {name: f"w.{count}" for name, count in sums.items()}
    same = [
        f"(coalesce(abs(w.{name} - p.{name}) <= 1e-12 * {terms.get(name, 1)} "
        f"+ 1e-9 * abs(w.{name}), false) or w.{name} is not distinct from p.{name})"
        if columns[name] == "DOUBLE"
        else f"w.{name} is not distinct from p.{name}"
        for name in values
    ]
    if day and "target_weight" in values and "trade_date" in values:
        place = values.index("target_weight")
        same[place] = f"({same[place]} or w.trade_date > $day)"
    keys = " and ".join(f"w.{name} is not distinct from p.{name}" for name in grain)
    query = f"""
        select count(*)
        from (select *, true as here from whole.{relation} where {known}) as w
        full outer join (select *, true as here from part.{relation} where {known}) as p
            on {keys}
        where w.here is null or p.here is null or not ({" and ".join(same) or "true"})
    """
    return connection.execute(query, {"day": day}).fetchall()[0][0]


def signals_against_books(full: Path, other: Path, day: date) -> tuple[int, int]:
    """Signals of a build that ends on the day, against the whole build's orders and positions.

    Only strategies that rebalance on the day have orders. Returns the number of rows compared, and
    of those whose desired or current weight differs.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{full}' as whole (read_only)")
        connection.execute(f"attach '{other}' as part (read_only)")
        return connection.execute(
            """
            with signals as (
                select strategy, symbol, desired_weight, current_weight
                from part.signals.live_signals
                where as_of_date = $day
            ),
            targets as (
                select strategy, symbol, desired_weight
                from whole.portfolios.target_weights
                where as_of_date = $day
            ),
            positions as (
                select p.strategy, p.symbol, p.closing_weight
                from whole.portfolios.positions as p
                where p.date = $day and p.closing_weight <> 0
            ),
            books as (
                select
                    strategy,
                    symbol,
                    coalesce(t.desired_weight, 0) as desired_weight,
                    coalesce(p.closing_weight, 0) as current_weight
                from targets as t full outer join positions as p using (strategy, symbol)
            )
            select
                count(*),
                count(*) filter (
                    where
                    abs(coalesce(s.desired_weight, 0) - coalesce(b.desired_weight, 0)) > 1e-9
                    or abs(coalesce(s.current_weight, 0) - coalesce(b.current_weight, 0)) > 1e-9
                )
            from signals as s full outer join books as b using (strategy, symbol)
            where strategy in (select strategy from targets)
            """,
            {"day": day},
        ).fetchall()[0]


def n_differing_everywhere(
    full: Path, other: Path, target: Path, leave: Collection[str] = (), but_layer: str = ""
) -> dict[str, int]:
    """Rows that two files do not share, in every built relation that has a grain.

    The ledger of trials tells which builds a file has seen, and is left out. Models of the folder
    ``but_layer`` are not compared.
    """
    found: dict[str, int] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{full}' as whole (read_only)")
        connection.execute(f"attach '{other}' as part (read_only)")
        for relation, grain in grains(target / "manifest.json", but_layer).items():
            if relation.startswith(("staging.", "seeds.")) or relation in NOT_OF_ONE_BUILD:
                continue
            n_rows = n_differing(connection, relation, grain, None, (*leave, *LEDGER_COLUMNS))
            if n_rows:
                found[relation] = n_rows
    return found
