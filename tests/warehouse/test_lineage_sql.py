"""Columns traced through small queries whose answer can be read off."""

from __future__ import annotations

import pytest

from warehouse.lineage.errors import LineageError
from warehouse.lineage.graph import trace_columns
from warehouse.lineage.relations import Relation
from warehouse.lineage.slices import Slice
from warehouse.lineage.sql_columns import TracedQuery

CATALOGUE = {
    "s.prices": {"symbol": "VARCHAR", "day": "DATE", "close": "DOUBLE", "volume": "DOUBLE"},
    "s.names": {"symbol": "VARCHAR", "sector": "VARCHAR", "country": "VARCHAR"},
    "s.long": {"symbol": "VARCHAR", "factor": "VARCHAR", "rank": "DOUBLE"},
    "s.fits": {"model": "VARCHAR", "scores": "STRUCT(symbol VARCHAR, score DOUBLE)[]"},
}


def traced(sql: str, column: str, values_only: bool = False) -> set[str]:
    """What a column comes from, as ``table.column`` (``table.column[key=value]`` of a slice)."""
    origins = TracedQuery(sql, CATALOGUE).origins(column, values_only=values_only)
    return {
        f"{origin.relation[2:]}.{origin.column}"
        + (f"[{origin.rows.column}={origin.rows.value}]" if origin.rows else "")
        for origin in origins
    }


def test_through_common_tables_stars_and_aliases():
    sql = """
        with bars as (select * from s.prices), named as (
            select bars.*, names.sector as room from bars join s.names using (symbol)
        )
        select close * volume as traded, room, symbol from named
    """
    assert traced(sql, "traded") == {"prices.close", "prices.volume"}
    assert traced(sql, "room") == {"names.sector"}
    assert traced(sql, "symbol") == {"prices.symbol"}


def test_numbers_of_a_function_come_from_no_table():
    sql = """
        select numbers.n, names.symbol
        from s.names as names
        join range(1, 10) as numbers (n) on numbers.n <= length(names.sector)
        cross join range(3) as others (other)
    """
    assert traced(sql, "n") == set()
    assert traced(sql, "symbol") == {"names.symbol"}
    assert traced(sql, "*") == {"names.sector", "names.*"}


def test_conditions_and_keys_are_told_from_values():
    sql = """
        select
            case when prices.volume > 0 then prices.close end as traded_close,
            lag(prices.close) over history as before,
            sum(prices.close) filter (where prices.volume > 0) over history as total,
            rank() over history as place
        from s.prices as prices
        window history as (partition by prices.symbol order by prices.day)
    """
    assert traced(sql, "traded_close") == {"prices.close", "prices.volume"}
    assert traced(sql, "traded_close", values_only=True) == {"prices.close"}
    assert traced(sql, "before") == {"prices.close", "prices.symbol", "prices.day"}
    assert traced(sql, "before", values_only=True) == {"prices.close"}
    assert traced(sql, "total", values_only=True) == {"prices.close"}
    assert traced(sql, "place", values_only=True) == {"prices.day"}  # a rank is of its order
    assert traced(sql, "place") == {"prices.day", "prices.symbol"}


def test_what_decides_rows_is_apart():
    sql = """
        select prices.symbol, count(*) as n
        from s.prices as prices
        join s.names as names on prices.symbol = names.symbol
        where names.country = 'US'
        group by prices.symbol
        having max(prices.volume) > 0
    """
    assert traced(sql, "symbol") == {"prices.symbol"}
    assert traced(sql, "n") == {"prices.*", "names.*"}
    assert traced(sql, "*") == {
        *("prices.*", "names.*", "prices.symbol", "names.symbol", "names.country"),
        "prices.volume",
    }


def test_unions_go_by_place_or_by_name():
    by_place = "select symbol, sector from s.names union all select symbol, factor from s.long"
    assert traced(by_place, "sector") == {"names.sector", "long.factor"}
    by_name = """
        select symbol, country as sector from s.names
        union all by name
        select factor as sector, symbol from s.long
    """
    assert traced(by_name, "sector") == {"names.country", "long.factor"}


def test_a_recursive_query_ends():
    sql = """
        with recursive path as (
            select symbol, close, 1 as step from s.prices
            union all
            select path.symbol, path.close * names.step, path.step + 1
            from path join (select symbol, 2 as step from s.names) as names using (symbol)
        )
        select close, step from path
    """
    assert traced(sql, "close") == {"prices.close"}
    assert traced(sql, "step") == set()


def test_correlated_subqueries_and_unnests():
    sql = """
        select
            names.symbol,
            (select max(p.close) from s.prices as p where p.symbol = names.symbol) as highest
        from s.names as names
    """
    assert traced(sql, "highest") == {"prices.close", "prices.symbol", "names.symbol"}
    fits = "select fits.model, unnest(fits.scores, recursive := true) from s.fits as fits"
    assert TracedQuery(fits, CATALOGUE).columns == ["model", "symbol", "score"]
    assert traced(fits, "score") == {"fits.scores"}


LONG = """
    select 'size' as factor, symbol, volume as value from s.prices
    union all
    select 'price' as factor, symbol, close as value from s.prices
"""


def test_a_case_on_a_text_takes_these_rows_alone():
    sql = """
        select
            max(case when long.factor = 'size' then long.rank end) as size,
            sum(long.rank) filter (where long.factor = 'beta' and long.rank > 0) as beta,
            max(case when long.factor <> 'size' then long.rank end) as others
        from s.long as long
    """
    assert traced(sql, "size", values_only=True) == {"long.rank[factor=size]"}
    assert traced(sql, "beta", values_only=True) == {"long.rank[factor=beta]"}
    assert traced(sql, "others", values_only=True) == {"long.rank"}


def test_a_slice_follows_only_its_branch_and_joins_on_its_key():
    ranked = f"""
        with long as ({LONG}), bounds as (
            select long.factor, max(long.value) as highest from long group by long.factor
        )
        select
            long.factor,
            long.value / bounds.highest as share,
            avg(long.value) over (partition by long.factor) as mean,
            avg(long.value) over (partition by long.symbol) as mean_of_all
        from long join bounds on long.factor = bounds.factor
    """
    query = TracedQuery(ranked, CATALOGUE)

    def of_size(column: str) -> set[str]:
        return {each.column for each in query.origins(column, Slice("factor", "size"), True)}

    assert of_size("share") == {"volume"}
    assert of_size("mean") == {"volume"}
    assert of_size("mean_of_all") == {"volume", "close"}  # its window sees the other factors too
    assert {each.column for each in query.origins("share", None, True)} == {"volume", "close"}


def test_relations_are_traced_through_each_other():
    def relation(name: str, kind: str, columns: str, **more) -> Relation:
        types = dict.fromkeys(columns.split(), ("DOUBLE", ""))
        return Relation(name, kind, "", "", types, **more)

    relations = {
        each.name: each
        for each in (
            relation("raw.prices", "raw", "symbol close volume"),
            relation("a.long", "sql", "factor symbol value", sql=LONG.replace("s.p", "raw.p")),
            relation(
                *("b.wide", "sql", "symbol size"),
                sql="select symbol, max(case when factor = 'size' then value end) as size "
                "from a.long group by symbol",
            ),
            relation("c.fits", "python", "score", reads={"b.wide": ("size",)}),
            relation("d.lost", "sql", "x", sql="select nothing.x from a.long"),
        )
    }
    lineage = trace_columns(relations)
    assert {each.column for each in lineage.sources("c.fits", "score", values_only=True)} == {
        "volume"
    }
    assert list(lineage.untraced) == ["d.lost"]
    assert lineage.coverage() == {"traced": 5, "declared": 1, "untraced": 1}


@pytest.mark.parametrize(
    "sql", ["select nothing from s.prices", "select 1 from s.gone", "select ("]
)
def test_what_cannot_be_traced_says_so(sql: str):
    with pytest.raises(LineageError, match=r"nothing|s\.gone|Line 1"):
        TracedQuery(sql, CATALOGUE)
