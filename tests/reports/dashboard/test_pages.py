"""Every page on the small market: no error, filters that filter, numbers that SQL gives too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from reports import queries
from reports.dashboard.app import ENTRIES
from reports.dashboard.pages import why
from reports.dashboard.pages.signals import SIGNALS
from reports.dashboard.reading import Reading, csv_of, reader
from reports.dashboard.tables import download_label
from reports.errors import ReportsError
from reports.glossary import GLOSSARY
from tests.builds import Market
from tests.reports.dashboard.conftest import sound
from warehouse.reader import BuildInfo, FileIdentity, PublishedReader

Open = Callable[..., AppTest]


def table(app: AppTest, having: str) -> pd.DataFrame:
    """The first table shown that has a column."""
    return next(frame.value for frame in app.dataframe if having in frame.value)


def test_every_page_says_what_it_shows_and_as_of_when(page: Open) -> None:
    for name, entry in ENTRIES.items():
        app = page(name)
        assert [title.value for title in app.title] == [entry.title]
        said = " ".join(block.value for block in app.main.markdown)
        assert "2017" in said, f"{name} does not say as of which day"
        assert len(app.dataframe) >= 1, f"{name} shows no rows"


def test_the_sidebar_names_the_build(page: Open, published: duckdb.DuckDBPyConnection) -> None:
    fingerprint, last = published.execute(
        "select build_fingerprint, last_date from prepared.build_info"
    ).fetchall()[0]
    app = page()
    said = " ".join(block.value for block in (*app.sidebar.markdown, *app.sidebar.caption))
    assert fingerprint[:12] in said
    assert f"{last:%d %b %Y}" in said
    assert all(term in said for term in GLOSSARY)


def test_a_build_without_prices_has_no_last_day(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PublishedReader._build_info

    def without(self: PublishedReader, connection: duckdb.DuckDBPyConnection) -> BuildInfo:
        return replace(whole(self, connection), first_date=None, last_date=None, known_at=None)

    monkeypatch.setattr(PublishedReader, "_build_info", without)
    reader.clear()
    for name in ENTRIES:
        assert "no prices yet" in page(name).sidebar.markdown[0].value
    reader.clear()


def test_signals_are_those_of_the_warehouse(
    page: Open, published: duckdb.DuckDBPyConnection
) -> None:
    app = page()
    shown = table(app, "trade_weight")
    expected = published.execute(
        "select strategy, symbol, trade_weight, target_weight, signal from signals.live_signals "
        "order by abs(trade_weight) desc, symbol, strategy limit 100"
    ).df()
    pd.testing.assert_frame_equal(shown[list(expected)], expected)
    counts = dict(
        published.execute(
            "select signal, count(*) from signals.live_signals group by all"
        ).fetchall()
    )
    metrics = {metric.label: metric.value for metric in app.metric}
    for signal in ("buy", "sell", "hold"):
        assert metrics[signal.capitalize()] == f"{counts.get(signal, 0):,}"


def test_filters_leave_what_they_say(page: Open, published: duckdb.DuckDBPyConnection) -> None:
    app = page()
    app.multiselect(key="signals_asset_classes").select("equity")
    app.multiselect(key="signals_countries").select("DE").select("GB")
    app.button_group(key="signals_signals").set_value(["sell"])
    app.text_input(key="signals_text").input("de0")
    sound(app.run())
    shown = table(app, "trade_weight")
    expected = published.execute(
        "select strategy, symbol from signals.live_signals join prepared.assets using (symbol) "
        "where country in ('DE', 'GB') and signal = 'sell' and symbol ilike '%de0%'"
    ).fetchall()
    assert expected, "the small market has such signals"
    assert set(zip(shown["strategy"], shown["symbol"], strict=True)) == set(expected)
    app.text_input(key="signals_text").input("' or 1 = 1 --")
    sound(app.run())
    assert "take one away" in app.main.info[0].value


def test_visitors_side_by_side_each_have_their_own_selection(
    published: duckdb.DuckDBPyConnection,
) -> None:
    every = published.execute("select list(distinct strategy) from signals.live_signals").fetchall()
    lists = {name: [] for name in ("asset_classes", "countries", "sectors")}
    given = {"strategies": every[0][0], **lists, "text": ""}
    page = {"sort": "symbol", "n_rows": 1_000_000, "first_row": 0}

    def found(signal: str) -> tuple[int, int, int]:
        """The rows of the table, the number said above it, the names traded in the bars."""
        cursor = published.cursor()
        cursor.execute("use published")
        own = {**given, **page, "signals": [signal]}
        rows = queries.frame(cursor, "dashboard/signals_rows", own)
        assert set(rows["signal"]) == {signal}
        totals = queries.frame(cursor, "dashboard/signals_totals", own).iloc[0]
        bars = queries.frame(cursor, "dashboard/signals_by_strategy", own)
        return len(rows), int(totals["n_rows"]), int(bars["n_names"].sum())

    with ThreadPoolExecutor(4) as visitors:
        answers = list(zip(SIGNALS * 8, visitors.map(found, SIGNALS * 8), strict=True))
    for signal, (n_rows, said, traded) in answers:
        (expected,) = published.execute(
            "select count(*) from signals.live_signals where signal = ?", [signal]
        ).fetchall()[0]
        assert n_rows == said == expected > 0
        assert traded == (0 if signal == "hold" else expected)


def test_the_second_page_follows_the_first(page: Open) -> None:
    app = page()
    first = table(app, "trade_weight")
    app.session_state["signals_rows_page"] = 2
    second = table(sound(app.run()), "trade_weight")
    assert len(first) == 100 and 0 < len(second) <= 100
    assert second["trade_weight"].abs().max() <= first["trade_weight"].abs().min()
    app.multiselect(key="signals_strategies").select("crypto_composite_long")
    left = table(sound(app.run()), "trade_weight")
    assert set(left["strategy"]) == {"crypto_composite_long"}, "back to the first page"


def test_ranks_are_complete_and_in_order(page: Open, published: duckdb.DuckDBPyConnection) -> None:
    app = page()
    app.button_group(key="signals_view").set_value("Ranks").run()
    for score, expected in {
        "size": "select count(*) from factors.factor_values f join (select asset_class, "
        "max(as_of_date) as d from factors.factor_dates group by all) n on f.as_of_date = n.d "
        "and f.asset_class = n.asset_class where factor = 'size' and rank_pct is not null",
        "ridge": "select count(*) from scores.model_scores f join (select asset_class, "
        "max(as_of_date) as d from factors.factor_dates group by all) n on f.as_of_date = n.d "
        "and f.asset_class = n.asset_class where model = 'ridge'",
    }.items():
        app.selectbox(key="ranks_score").set_value(score)
        shown = table(sound(app.run()), "rank")
        assert len(shown) == published.execute(expected).fetchall()[0][0] > 0
        for _, part in shown.groupby("asset_class"):
            assert part["score"].is_monotonic_decreasing
            if score == "size":
                for _, market in part.groupby(part["country"].fillna("none")):
                    assert market["raw_value"].is_monotonic_increasing, "small is best"
            assert list(part["rank"]) == list(range(1, len(part) + 1))


@pytest.mark.parametrize(
    "view", ["Growth", "Information", "Fifths", "Correlation", "Crypto beside equities"]
)
def test_every_side_of_the_factors(page: Open, view: str) -> None:
    app = page("factors")
    app.button_group(key="factors_view").set_value(view)
    sound(app.run())
    assert app.main.get("vega_lite_chart"), f"{view} draws nothing"


def test_premia_are_those_of_the_warehouse(
    page: Open, published: duckdb.DuckDBPyConnection
) -> None:
    app = page("factors")
    app.multiselect(key="factors_names").select("size").select("momentum_12_1")
    shown = table(sound(app.run()), "mean_ann")
    expected = published.execute(
        "select factor, asset_class, mean_ann, mean_ann / t_stat as se, critical_value "
        "from analysis.factor_premia where factor in ('size', 'momentum_12_1')"
    ).df()
    both = shown.merge(expected, on=["factor", "asset_class"], suffixes=("", "_sql"))
    assert len(both) == len(shown) == len(expected) == 4
    assert (both["mean_ann"] - both["mean_ann_sql"]).abs().max() == 0
    wide = both["upper_ann"] - both["lower_ann"] - 2 * both["critical_value"] * both["se"].abs()
    assert wide.abs().max() < 1e-12


def test_a_premium_is_filled_by_its_adjusted_p(page: Open) -> None:
    app = page("factors")
    rows = table(app, "fdr_p_value")
    luck = rows[(rows["t_stat"].abs() > rows["critical_value"]) & (rows["fdr_p_value"] >= 0.05)]
    assert not luck.empty, "the small market has a premium whose interval alone leaves out 0"
    chart = app.main.get("vega_lite_chart")[0].proto
    drawn = pd.concat(
        pa.ipc.open_stream(data.data.data).read_pandas() for data in chart.datasets
    ).set_index(["factor", "asset_class"])
    sure = rows.set_index(["factor", "asset_class"])["fdr_p_value"] < 0.05
    assert drawn["is_sure"].reindex(sure.index).tolist() == sure.tolist()
    assert any("Benjamini and Hochberg" in caption.value for caption in app.main.caption)


def test_a_ruined_strategy_is_said_to_be(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Reading.rows
    monkeypatch.setattr(
        Reading,
        "rows",
        lambda self, name, **parameters: (
            pd.DataFrame({"strategy": ["lost"], "ruin_date": [pd.Timestamp(2016, 3, 1)]})
            if name == "strategies_ruined"
            else asked(self, name, **parameters)
        ),
    )
    assert "**lost** lost all on 01 Mar 2016" in page("strategies").main.warning[0].value
    monkeypatch.undo()


def test_a_file_says_how_many_of_how_many_rows_it_has() -> None:
    assert download_label(1_000_000) == "Download CSV, all 1,000,000 rows"
    assert download_label(2_000_001) == "Download CSV, the first 1,000,000 of 2,000,001 rows"


def test_a_file_is_of_the_page_s_build(small_market: Market) -> None:
    identity = FileIdentity.of(small_market.published)
    parameters = {"strategy": "equity_momentum_long", "first_row": 0}
    before = replace(identity, inode=identity.inode + 1)
    with pytest.raises(ReportsError, match="A new build was published"):
        csv_of(small_market.files, before, "data_loads", parameters)


@pytest.mark.parametrize("view", ["Quarantine", "Rejects", "Loads", "Survivorship"])
def test_every_side_of_the_data(page: Open, view: str) -> None:
    app = page("data")
    app.button_group(key="data_view").set_value(view)
    sound(app.run())
    assert len(app.dataframe) >= 1


def test_quarantine_filters_and_what_is_empty_says_what_to_do(
    page: Open, published: duckdb.DuckDBPyConnection
) -> None:
    app = page("data")
    app.button_group(key="data_view").set_value("Quarantine").run()
    app.selectbox(key="data_reason").set_value("bad_print")
    shown = table(sound(app.run()), "reason")
    expected = published.execute(
        "select count(*) from prepared.quarantine where reason = 'bad_print'"
    ).fetchall()[0][0]
    assert len(shown) == expected and set(shown["reason"]) == {"bad_print"}
    app.button_group(key="data_view").set_value("Revisions")
    sound(app.run())
    assert "no later load has said otherwise" in app.main.info[0].value


def test_models_show_quality_settings_and_what_was_tried(
    page: Open, published: duckdb.DuckDBPyConnection
) -> None:
    app = page("models")
    shown = table(app, "rank_ic")
    expected = dict(
        published.execute(
            "select model, rank_ic from scores.model_metrics "
            "where is_overall and asset_class = 'equity'"
        ).fetchall()
    )
    assert dict(zip(shown["model"], shown["rank_ic"], strict=True)) == expected
    assert "alpha" in set(table(app, "parameter")["parameter"])
    assert {"fitted", "skipped"} <= set(table(app, "status")["status"])


def test_why_shows_every_stage_and_the_raw_rows(page: Open) -> None:
    app = page("why", strategy="equity_momentum_long", day="2016-06-30")
    assert app.selectbox(key="why_strategy").value == "equity_momentum_long"
    assert app.selectbox(key="why_day").value == "2016-06-30"
    headings = [block.value for block in app.subheader]
    for heading in ("The weight", "Its leg", "Its score", "Its factors", "The raw rows", "Deeper"):
        assert heading in headings
    raw = next(f.value for f in app.dataframe if {"load_id", "source", "relation"} <= set(f.value))
    assert raw["load_id"].notna().any() and (raw["source"].dropna() == "demo").all()


def test_why_leaves_out_nothing_that_the_warehouse_says(
    page: Open, published: duckdb.DuckDBPyConnection
) -> None:
    strategy, day, symbol = published.execute(
        "select desired_weights.strategy, desired_weights.as_of_date, desired_weights.symbol "
        "from construction.desired_weights join portfolios.target_weights "
        "using (strategy, as_of_date, symbol) where strategy = 'equity_ridge_long_short' limit 1"
    ).fetchall()[0]
    said = published.execute(
        "select stage, item, value_text from explain_weight(?, ?, ?) "
        "where value is not null and value_text <> ''",
        [day, strategy, symbol],
    ).fetchall()
    assert {stage for stage, *_ in said} >= {"score", "raw"}
    app = page("why", strategy=strategy, day=f"{day}", symbol=symbol)
    shown = pd.concat([frame.value for frame in app.dataframe if "note" in frame.value])
    noted = set(zip(shown["item"], shown["note"], strict=True))
    assert {(item, text) for _, item, text in said} <= noted


def test_why_names_the_stage_of_the_trade_by_what_its_rows_are() -> None:
    _, sentence = why.STAGES["rule"]
    assert "strategies.csv" not in sentence, "they are of construction.book_paths"


def test_a_text_stands_for_a_number_that_is_not_there_and_beside_one_that_is() -> None:
    rows = pd.DataFrame(
        {
            "item": ["a", "b", "c"],
            "value": [0.25, None, 3],
            "value_text": [None, "long", "from May"],
            "unit": ["share", "side", "rows"],
        }
    )
    shown = why.readable(rows)
    assert list(shown) == ["item", "value", "unit", "note"]
    assert list(shown["value"]) == ["0.25", "long", "3"]
    assert list(shown["note"]) == ["", "", "from May"]
    assert list(why.readable(rows.iloc[1:2].drop(columns="value"))["value"]) == ["long"]
    assert list(why.readable(rows.iloc[:2])) == ["item", "value", "unit"]


def test_why_of_an_address_that_names_nothing_known(page: Open) -> None:
    app = page("why", strategy="no_such", day="1066-10-14", symbol="' or true --")
    assert app.selectbox(key="why_strategy").value == app.selectbox(key="why_strategy").options[0]
