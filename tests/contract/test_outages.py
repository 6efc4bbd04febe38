"""Missing exchange rates and a silent venue are gaps: no name is delisted for them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.builds import Market


def test_gaps_of_rates_or_of_a_whole_venue_delist_nobody(
    small_raw: Market, small_market: Market, tmp_path: Path
) -> None:
    gapped = small_raw.copied(tmp_path)
    with duckdb.connect(str(gapped.path)) as connection:
        connection.execute(
            "delete from raw.fx_rates where currency = 'GBP' "
            "and rate_date between '2014-03-01' and '2014-05-15'"
        )
        connection.execute(
            "delete from raw.prices where symbol like 'DE%' "
            "and bar_date between '2015-03-01' and '2015-05-15'"
        )
    gapped.models_alone("--select", "+universe_daily +quarantine")

    query = "select symbol, as_of_date from prepared.prices_daily where is_delisted order by all"
    with duckdb.connect(str(gapped.path), read_only=True) as connection:
        delisted = connection.execute(query).fetchall()
        n_unpriced, first, last = connection.execute(
            "select count(*), min(bar_date), max(bar_date) from prepared.quarantine "
            "where reason = 'missing_fx_rate'"
        ).fetchall()[0]
        n_lost = connection.execute(
            "select count(*) from prepared.prices_daily "
            "where symbol like 'GB%' and as_of_date between '2014-04-01' and '2014-05-15' "
            "and close is not null"
        ).fetchall()
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        assert connection.execute(query).fetchall() == delisted
    assert n_unpriced > 300
    assert (str(first)[:7], str(last)) == ("2014-03", "2014-05-15")
    assert n_lost == [(0,)]
