"""Every figure: drawn, not blank, labelled, nothing clipped, and a word where rows are missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from reports import queries
from reports.drawing import empty_page, figure_style, label_ends, page, panels, save
from reports.figures import all_figures
from reports.figures.strategies import value_ticks
from reports.plots import draw_all, query_parameters, report_context
from tests.reports.figure_texts import clipped, texts
from warehouse.files import DatasetFiles, open_published

LONG_NAME = "equity_strategy_1_with_a_name_that_no_panel_has_room_for"
FULL = {}
CROWDED = {
    "strategies": (*(f"equity_strategy_{i}_long" for i in range(8)), LONG_NAME, "crypto_long")
}
NO_CRYPTO = {"classes": ("equity",), "strategies": ("equity_long",)}
NO_SCORES = {"scores": False, "strategies": ("crypto_long",)}
NOTHING = {"classes": (), "scores": False, "strategies": ()}
CONTENTS = {
    "full": FULL,
    "crowded": CROWDED,
    "no_crypto": NO_CRYPTO,
    "no_scores": NO_SCORES,
    "nothing": NOTHING,
}
NAMES = tuple(all_figures())


def drawn(files: DatasetFiles, name: str) -> Figure:
    """One figure of a dataset, laid out but not saved."""
    connection = open_published(files)
    rows = queries.frame(connection, name, query_parameters())
    report = report_context(connection, files.name)
    spec = all_figures()[name]
    with figure_style():
        figure = (
            spec.draw(rows, report) if len(rows) else empty_page(report, spec.title, spec.if_empty)
        )
        figure.draw_without_rendering()
    return figure


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in texts(figure))


@pytest.mark.parametrize("content", CONTENTS)
def test_no_text_is_clipped_and_every_figure_is_signed(
    publish: Callable[..., DatasetFiles], content: str
) -> None:
    files = publish(**CONTENTS[content])
    for name in NAMES:
        figure = drawn(files, name)
        assert clipped(figure) == [], name
        assert min(text.get_size() for text in texts(figure)) >= 8, name
        assert "Factorhouse, dataset tiny" in words(figure), name


def test_axes_have_labels_and_the_span_of_the_data(publish: Callable[..., DatasetFiles]) -> None:
    files = publish()
    for name in set(NAMES) - {"live_signals", "factor_correlation"}:
        figure = drawn(files, name)
        assert re.search(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", words(figure)), name
        strips = {"ic_over_time": "Rank correlation", "factor_cumulative_returns": "Value"}
        if name in strips:
            assert any(text.get_text().startswith(strips[name]) for text in figure.texts)
            continue
        assert any(axes.get_ylabel() or axes.get_xlabel() for axes in figure.axes), name
    for axes in drawn(files, "factor_correlation").axes:
        assert [label.get_text() for label in axes.get_xticklabels()]


@pytest.mark.parametrize("content", ["full", "nothing"])
def test_files_are_pictures_and_equal_data_give_equal_bytes(
    publish: Callable[..., DatasetFiles], tmp_path: Path, content: str
) -> None:
    files = publish(**CONTENTS[content])
    first = draw_all(open_published(files), "tiny", tmp_path / "one")
    second = draw_all(open_published(files), "tiny", tmp_path / "two")
    assert {path.name for path in first} == {f"{n}.{s}" for n in NAMES for s in ("png", "svg")}
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
        if one.suffix == ".png":
            pixels = imread(one)
            assert pixels.shape[1] >= 1400
            assert np.var(pixels[..., :3]) > 1e-3, f"{one.name} is blank"
        else:
            assert one.read_text().rstrip().endswith("</svg>")
    assert len(list((tmp_path / "one").iterdir())) == len(first)


def test_missing_rows_are_said_in_words(publish: Callable[..., DatasetFiles]) -> None:
    nothing = publish("nothing", **NOTHING)
    for name in NAMES:
        figure = drawn(nothing, name)
        assert not figure.axes
        assert all_figures()[name].if_empty in words(figure)
    no_crypto = publish("no_crypto", **NO_CRYPTO)
    assert "No crypto factor in this dataset." in words(drawn(no_crypto, "factor_correlation"))
    assert "Never traded here: crypto_idle, equity_idle" in words(drawn(no_crypto, "drawdowns"))
    assert "No crypto month here" in words(drawn(no_crypto, "real_vs_predicted"))
    no_scores = publish("no_scores", **NO_SCORES)
    assert "36 months" in words(drawn(no_scores, "real_vs_predicted"))
    assert "after 14 days" in words(drawn(no_scores, "cumulative_pnl"))


def test_the_label_of_the_strips_stands_clear_of_their_names(
    publish: Callable[..., DatasetFiles],
) -> None:
    figure = drawn(publish(), "ic_over_time")
    found = {text.get_text(): text.get_window_extent() for text in texts(figure)}
    assert found["momentum_12_1"].x1 < found["Rank correlation"].x0


def test_more_strategies_than_fit_are_counted(publish: Callable[..., DatasetFiles]) -> None:
    text = words(drawn(publish(**CROWDED), "cumulative_pnl"))
    assert "6 of 9 equity strategies shown" in text


def test_thirty_factors_fit(publish: Callable[..., DatasetFiles]) -> None:
    import duckdb

    files = publish(**NO_CRYPTO)
    with duckdb.connect(str(files.published)) as connection:
        for i in range(29):
            name = f"a_rather_long_factor_name_{i}"
            connection.execute(
                "insert into analysis.factor_returns select date, asset_class, $n, "
                "long_short_return * sin(date_part('doy', date) + $i) "
                "from analysis.factor_returns where factor = 'momentum_12_1'",
                {"n": name, "i": i},
            )
            connection.execute(
                "insert into analysis.factor_ic select as_of_date, asset_class, $n, horizon, ic "
                "from analysis.factor_ic where factor = 'momentum_12_1'",
                {"n": name},
            )
        connection.execute(
            "create or replace table analysis.factor_correlation as select a.asset_class, "
            "a.factor as factor_a, b.factor as factor_b, "
            "corr(a.long_short_return, b.long_short_return) as correlation "
            "from analysis.factor_returns as a, analysis.factor_returns as b "
            "where a.date = b.date group by all"
        )
    for name in ("factor_cumulative_returns", "factor_correlation", "ic_over_time"):
        figure = drawn(files, name)
        assert clipped(figure) == [], name


def test_scaled_factor_returns_have_ten_percent_volatility(
    publish: Callable[..., DatasetFiles],
) -> None:
    connection = open_published(publish(**NO_CRYPTO))
    returns = connection.execute(
        "select long_short_return from analysis.factor_returns order by date"
    ).df()["long_short_return"]
    years = (len(returns) - 1) / 365.25
    scale = 0.10 / (returns.std() * np.sqrt(len(returns) / years))
    expected = (1 + scale * returns).prod()
    rows = queries.frame(connection, "factor_cumulative_returns")
    assert rows["growth"].iloc[-1] == pytest.approx(expected, rel=1e-9)
    assert rows["date"].iloc[0] == rows["first_date"].iloc[0]


def test_a_day_without_a_benchmark_leaves_its_value_where_it_was(
    publish: Callable[..., DatasetFiles],
) -> None:
    import duckdb

    files = publish(**NO_CRYPTO)
    with duckdb.connect(str(files.published)) as connection:
        connection.execute(
            "update performance.daily_pnl set benchmark_return = null where date = '2020-02-01'"
        )
    connection = open_published(files)
    for name, column, expected in (
        ("cumulative_pnl", "benchmark_nav", 1.0002**849),
        ("drawdowns", "benchmark_drawdown", 0.0),
    ):
        rows = queries.frame(connection, name)
        assert rows[column].iloc[-1] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_end_labels_never_overlap() -> None:
    with figure_style():
        figure = page("t", "s", height=3)
        axes = panels(figure, 1, 1, margins=(0.6, 2, 0.9, 0.6))[0, 0]
        axes.plot([0, 1], [0, 1])
        label_ends(axes, [(1, 0.5 + i / 1000, f"line {i}", "black") for i in range(9)])
        figure.draw_without_rendering()
    assert len(axes.texts) == 9
    assert min(np.diff(sorted(text.xyann[1] for text in axes.texts))) > 0.05


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.3, 5), (0.99, 1.01), (0.05, 400)])
def test_value_ticks_are_few_and_inside(low: float, high: float) -> None:
    ticks = value_ticks(low, high)
    assert 3 <= len(ticks) <= 13
    assert all(low <= tick <= high for tick in ticks)


def test_every_query_of_a_figure_has_a_function_and_back() -> None:
    files = {path.stem for path in queries.FOLDER.glob("*.sql")}
    others = ("table_", "summary_", "report_", "signals_", "sweep_")
    files = {name for name in files if not name.startswith(others)}
    assert files == set(NAMES)


def test_a_failed_save_leaves_no_half_file(tmp_path: Path) -> None:
    with figure_style():
        figure = page("t", "s", height=2)
        with pytest.raises(FileNotFoundError):
            save(figure, tmp_path / "absent", "x")
    assert not list(tmp_path.iterdir())
