"""The small market with what the demo lacks: odd fiscal years, silence, new currencies, returns."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from tests.builds import Market, copied_project

NEUTRALIZED = {
    "momentum_12_1": "sector",
    "book_to_market": "size_and_sector",
    "momentum_1w": "size_and_sector",
}

# Each company is awkward in one way, by its place in the alphabet; every eighth in none.
KINDS = """
    create temp table kinds as
    select symbol, row_number() over (order by symbol) % 8 as kind
    from (select distinct symbol from raw.universe where asset_class = 'equity')
"""
FISCAL_YEARS = """
    create temp table years as
    select
        fundamentals.* replace (
            'year' as frequency,
            value * case when metric in (
                'book_equity', 'total_assets', 'total_liabilities', 'shares_outstanding'
            ) then 1.0 else 3.9 end as value,
            published_at + interval 20 days as published_at
        ),
        kind
    from raw.fundamentals as fundamentals inner join kinds using (symbol)
    where frequency = 'quarter' and month(period_end_date) = 12 and kind in (1, 2, 3)
"""
AWKWARD = {
    "1: years alone": """
        delete from raw.fundamentals where frequency = 'quarter'
        and symbol in (select symbol from kinds where kind = 1)
    """,
    "2: quarters that end while years go on": """
        delete from raw.fundamentals where frequency = 'quarter' and period_end_date > '2014-07-01'
        and symbol in (select symbol from kinds where kind = 2)
    """,
    "2: and are in another currency": """
        update years set currency = case when currency = 'EUR' then 'USD' else 'EUR' end
        where currency is not null and kind = 2
    """,
    "3: years beside quarters, one quarter of three years missing": """
        delete from raw.fundamentals where frequency = 'quarter'
        and month(period_end_date) = 6 and year(period_end_date) in (2013, 2015, 2016)
        and symbol in (select symbol from kinds where kind = 3)
    """,
    "1 to 3: the years": "insert into raw.fundamentals select * exclude (kind) from years",
    "4: silent after 2014": """
        delete from raw.fundamentals where frequency = 'quarter' and period_end_date > '2014-10-01'
        and symbol in (select symbol from kinds where kind = 4)
    """,
    "5: fiscal years of 52 and 53 weeks": """
        update raw.fundamentals set period_end_date = cast(
            period_end_date - interval 1 day * (year(period_end_date) % 5) as date
        )
        where frequency = 'quarter' and symbol in (select symbol from kinds where kind = 5)
    """,
    "6: another currency before 2015": """
        update raw.fundamentals
        set currency = case when currency in ('GBP', 'GBp') then 'EUR' else 'GBP' end
        where frequency = 'quarter' and currency is not null and period_end_date < '2015-01-01'
        and symbol in (select symbol from kinds where kind = 6)
    """,
    "7: fiscal years of eleven months, once": """
        update raw.fundamentals
        set period_end_date = cast(period_end_date - interval 30 days as date)
        where frequency = 'quarter' and period_end_date > '2015-01-15'
        and symbol in (select symbol from kinds where kind = 7)
    """,
    "gone for seven weeks, then back": """
        delete from raw.prices where bar_date between '2014-03-01' and '2014-04-20'
        and symbol in (
            select symbol from raw.prices group by symbol
            having min(bar_date) < '2013-01-01' order by symbol limit 60
        ) and hash(symbol) % 6 = 0
    """,
}


def awkward_market(raw: Market, folder: Path) -> Market:
    """A copy of a landed market made awkward and neutralized, built up to factor_values."""
    project = copied_project(folder / "project")
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    for factor in settings["vars"]["factors"]:
        factor |= {"neutralize": NEUTRALIZED.get(factor["name"], "none")}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    own = raw.copied(folder, project=project)
    with duckdb.connect(str(own.path)) as connection:
        for statement in (KINDS, FISCAL_YEARS, *AWKWARD.values()):
            connection.execute(statement)
    own.models_alone("--select", "+factor_values factor_registry")
    return own
