"""Every figure: drawn, not blank, labelled, nothing clipped, and a word where rows are missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from reports import queries
from reports.drawing import empty_page, figure_style, page, save
from reports.figures import all_figures
from reports.figures.returns import rolling_sharpe_panel
from reports.figures.strategies import by_class, value_ticks
from reports.plots import draw_all, query_parameters, report_context
from tests.reports.conftest import Drawn
from tests.reports.figure_texts import (
    alike_in_grey,
    clipped,
    default_styled,
    is_empty,
    said,
    source_line,
    texts,
    touching,
    without_units,
)
from warehouse.files import DatasetFiles, open_published

LONG_NAME = "equity_strategy_1_with_a_name_that_no_panel_has_room_for"
FULL = {}
CROWDED = {
    "strategies": (*(f"equity_strategy_{i}_long" for i in range(14)), LONG_NAME, "crypto_long")
}
ONE_STRATEGY = {"classes": ("crypto",), "strategies": ("crypto_long_short",)}
NO_CRYPTO = {"classes": ("equity",), "strategies": ("equity_long",)}
NO_SCORES = {"scores": False, "strategies": ("crypto_long",)}
NOTHING = {"classes": (), "scores": False, "strategies": ()}
CONTENTS = {
    "full": FULL,
    "crowded": CROWDED,
    "no_crypto": NO_CRYPTO,
    "one_strategy": ONE_STRATEGY,
    "no_scores": NO_SCORES,
    "nothing": NOTHING,
}
NAMES = tuple(all_figures())
MATRICES = {"factor_correlation", "attribution", "monthly_returns", "live_signals"}
IN_CELLS = re.compile(r"percent|in hundredths|in %|% of the names|% a year|thousandths|trade in")
ONE_OF_EACH_KIND = ("cumulative_pnl", "ic_decay", "shap_summary", "live_signals", "multiverse")


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


@pytest.fixture(scope="session", params=["built", *CONTENTS])
def content(request: pytest.FixtureRequest, drawn_tiny: Callable[..., Drawn]) -> Drawn:
    """The figures of a built market, and of contents that leave them little to draw."""
    if request.param == "built":
        return request.getfixturevalue("drawn_market")
    return drawn_tiny(**CONTENTS[request.param])


def test_nothing_is_empty_clipped_or_written_over(content: Drawn) -> None:
    assert set(content.figures) == set(NAMES)
    for name, figure in content.figures.items():
        assert not is_empty(figure), name
        assert clipped(figure) == [], name
        assert touching(figure, slack=1.5) == [], name


def test_letters_are_large_enough(content: Drawn) -> None:
    for name, figure in content.figures.items():
        smallest = 6.3 if name == "factor_correlation" else 7 if name in MATRICES else 7.5
        assert min(text.get_size() for text in texts(figure)) >= smallest, name


def test_every_axis_has_a_unit(content: Drawn) -> None:
    for name, figure in content.figures.items():
        assert without_units(figure) == [], name
        if any(axes.images for axes in figure.axes):
            assert IN_CELLS.search(said(figure)), f"{name}: in what are its cells counted?"


def test_every_figure_names_its_source_and_its_dates(content: Drawn) -> None:
    for name, figure in content.figures.items():
        line = source_line(figure)
        assert line.startswith(f"Factorhouse, dataset {content.files.name}"), name
        if figure.axes:
            assert re.search(r", \d{4}-\d\d-\d\d( to \d{4}-\d\d-\d\d)?(;|$)", line), name


def test_no_figure_is_styled_by_default(content: Drawn) -> None:
    for name, figure in content.figures.items():
        assert default_styled(figure) == [], name
        assert figure.get_facecolor()[:3] == (1, 1, 1), name


def test_lines_can_be_told_apart_in_grey(content: Drawn) -> None:
    for name, figure in content.figures.items():
        assert alike_in_grey(figure) == [], name


def test_files_are_pictures_that_say_what_they_show(drawn_market: Drawn) -> None:
    folder = drawn_market.folder / "plots"
    names = {f"{name}.{suffix}" for name in NAMES for suffix in ("png", "svg")}
    assert {path.name for path in folder.iterdir()} == names
    for name in NAMES:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.width >= 1400
            assert np.var(np.asarray(picture.convert("L")) / 255) > 1e-3, f"{name} is blank"
            assert picture.info["Title"], name
            assert picture.info["Description"] or not drawn_market.figures[name].axes, name
        text = (folder / f"{name}.svg").read_text()
        assert text.rstrip().endswith("</svg>")
        assert len(text) < 3_000_000, name


def test_equal_data_give_equal_bytes(publish: Callable[..., DatasetFiles], tmp_path: Path) -> None:
    files = publish()
    one_time, other_time = (
        draw_all(open_published(files), "tiny", tmp_path / folder, only=ONE_OF_EACH_KIND)
        for folder in ("one", "two")
    )
    first, second = (
        [path for figure in drawn.values() for path in figure.files]
        for drawn in (one_time, other_time)
    )
    assert len(first) == 2 * len(ONE_OF_EACH_KIND)
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name
    assert len(list((tmp_path / "one").iterdir())) == len(first), "nothing half-written stays"


def test_missing_rows_are_said_in_words(drawn_tiny: Callable[..., Drawn]) -> None:
    nothing = drawn_tiny(**NOTHING).figures
    for name in NAMES:
        assert not nothing[name].axes
        assert all_figures()[name].if_empty in said(nothing[name])
    no_crypto = drawn_tiny(**NO_CRYPTO).figures
    assert "No crypto factor in this dataset." in said(no_crypto["factor_correlation"])
    assert "Never traded here: crypto_idle, equity_idle" in said(no_crypto["drawdowns"])
    assert "No crypto month here" in said(no_crypto["real_vs_predicted"])
    no_scores = drawn_tiny(**NO_SCORES).figures
    assert "36 months" in said(no_scores["real_vs_predicted"])
    assert "after 14 days" in said(no_scores["cumulative_pnl"])


def test_more_strategies_than_fit_are_counted(drawn_tiny: Callable[..., Drawn]) -> None:
    figures = drawn_tiny(**CROWDED).figures
    assert "12 of 15 equity strategies shown" in said(figures["cumulative_pnl"])
    assert "2 of 15 equity strategies shown" in said(figures["monthly_returns"])


def test_calendars_are_of_the_longest_records() -> None:
    days = pd.to_datetime(["2020-01-01", "2020-01-01", "2018-01-01", "2019-01-01"])
    rows = pd.DataFrame(
        {"asset_class": "equity", "strategy": list("abcd"), "first_date": days}
        | {"last_date": pd.Timestamp("2021-01-01")}
    )
    assert list(by_class(rows, 3, longest=True)) == [("equity", ["c", "d", "a"], 4)]
    assert list(by_class(rows, 3)) == [("equity", ["a", "b", "c"], 4)]


@pytest.mark.parametrize(
    ("values", "place"), [([1.0, 0.0], (0.98, 0.95)), ([0.0, 1.0], (0.03, 0.95))]
)
def test_a_panel_s_number_is_written_off_its_line(
    values: list[float], place: tuple[float, float]
) -> None:
    rows = pd.DataFrame(
        {"date": pd.date_range("2020-01-01", periods=50), "whole_sharpe": 0.0}
        | {"sharpe": np.linspace(*values, 50)}
    )
    axes = Figure().subplots()
    rolling_sharpe_panel(axes, rows)
    (text,) = axes.texts
    assert text.get_position() == place


def test_a_book_that_lost_all_is_said_to(publish: Callable[..., DatasetFiles]) -> None:
    import duckdb

    files = publish(**NO_CRYPTO)
    with duckdb.connect(str(files.published)) as connection:
        connection.execute("delete from performance.daily_pnl where date > '2021-03-01'")
        connection.execute(
            "update performance.daily_pnl set nav = -0.05, drawdown = -1.03 "
            "where date = '2021-03-01'"
        )
    assert "lost all, 2021-03-01" in said(drawn(files, "cumulative_pnl"))
    falls = drawn(files, "drawdowns")
    assert "all" in [text.get_text() for axes in falls.axes for text in axes.texts]
    assert min(axes.get_yticks().min() for axes in falls.axes if axes.get_visible()) >= -1


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


@pytest.mark.parametrize(("low", "high"), [(0.9, 1.1), (0.3, 5), (0.99, 1.01), (0.05, 400)])
def test_value_ticks_are_few_and_inside(low: float, high: float) -> None:
    ticks = value_ticks(low, high)
    assert 3 <= len(ticks) <= 13
    assert all(low <= tick <= high for tick in ticks)


def test_every_query_of_a_figure_has_a_function_and_back() -> None:
    files = {path.stem for path in queries.FOLDER.glob("*.sql")}
    others = ("table_", "summary_", "report_", "signals_", "sweep_", "overfitting_groups")
    files = {name for name in files if not name.startswith(others)}
    assert files == set(NAMES)


def test_a_failed_save_leaves_no_half_file(tmp_path: Path) -> None:
    with figure_style():
        figure = page("t", "s", height=2)
        with pytest.raises(FileNotFoundError):
            save(figure, tmp_path / "absent", "x")
    assert not list(tmp_path.iterdir())
