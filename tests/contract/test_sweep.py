"""A sweep of twelve strategies, two of which can never hold, beside the books of a build."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.reports.dashboard.conftest import open_page, sound
from warehouse import open_published
from warehouse.publish import build_record, sweep_record
from warehouse.sweep import SCHEMAS

GRID = """
name: tried
blocks:
  - base: equity_momentum_long
    grid:
      score: [momentum_12_1, high_52w]
      top_fraction: [0.2, 0.3]
      turnover_cap: [null, 0.2]
  - base: crypto_momentum_long
    grid:
      score: [momentum_3w, composite]
      top_fraction: [0.05, 0.3]
"""
REFUSED = {"tried_0009", "tried_0011"}
TWINS = {"tried_0003": "equity_momentum_long", "tried_0010": "crypto_momentum_long"}
LEDGER = "performance.trials"


@dataclass
class Swept:
    """A copy of the small market with a sweep, and what was seen on the way."""

    market: Market
    grid: Path
    before: dict[str, object]
    n_trials_before: int
    said: str


def contents(path: Path, relations: list[str]) -> dict[str, object]:
    """The number of rows of each table and a hash of all its bits; the words of each view."""
    with duckdb.connect(str(path), read_only=True) as connection:
        views = dict(
            connection.execute(
                "select schema_name || '.' || view_name, sql from duckdb_views()"
            ).fetchall()
        )
        return {
            relation: views.get(relation)
            or connection.execute(
                f"select count(*), coalesce(bit_xor(hash(relation)), 0) from {relation} as relation"
            ).fetchall()[0]
            for relation in relations
        }


def n_trials(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"select count(*) from {LEDGER}").fetchall()[0][0]


def compared(market: Market) -> list[str]:
    """What the build made, but for the ledger."""
    relations = json.loads(build_record(market.files).read_text())["relations"]
    return [name for name in relations if name != LEDGER]


@pytest.fixture(scope="module")
def swept(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    folder = tmp_path_factory.mktemp("swept")
    shutil.copytree(small_market.folder, folder, dirs_exist_ok=True)
    own = Market(folder=folder, dataset=small_market.dataset, name=small_market.name)
    grid = folder / "grid.yml"
    grid.write_text(GRID)
    before, trials = contents(own.path, compared(own)), n_trials(own.path)
    said = own.run("warehouse", "sweep", own.dataset, "--grid", str(grid)).stdout
    return Swept(market=own, grid=grid, before=before, n_trials_before=trials, said=said)


@pytest.fixture
def published(swept: Swept) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_published(swept.market.files)
    yield connection
    connection.close()


def test_its_books_stand_in_schemas_of_their_own(published: duckdb.DuckDBPyConnection) -> None:
    names = {f"tried_{number:04d}" for number in range(1, 13)} - REFUSED
    for relation in (
        *("sweep_seeds.strategies", "sweep_construction.desired_weights"),
        *("sweep_portfolios.target_weights", "sweep_performance.daily_pnl"),
        *("sweep_performance.summary", "sweep_performance.luck"),
    ):
        found = published.execute(f"select distinct strategy from {relation}").fetchall()
        assert {name for (name,) in found} == names, relation
    assert published.execute(
        "select sweep, n_strategies, n_refused from sweep_performance.sweep_runs"
    ).fetchall() == [("tried", 10, 2)]
    kinds = published.execute(
        "select distinct table_schema from information_schema.tables "
        "where table_catalog = 'published' and table_schema like 'sweep%'"
    ).fetchall()
    assert {schema for (schema,) in kinds} == set(SCHEMAS)


def test_what_can_never_hold_is_named_and_left_out(
    swept: Swept, published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.execute(
        "select strategy, settings ->> '$.top_fraction', reason "
        "from sweep_construction.refused_strategies order by strategy"
    ).fetchall()
    assert {name for name, *_ in rows} == REFUSED
    assert {fraction for _, fraction, _ in rows} == {"0.05"}
    assert all(reason.startswith("can never hold: top_fraction 0.05") for *_, reason in rows)
    assert "tried_0009 and 1 more: can never hold" in swept.said
    assert "10 strategies, 2 refused" in swept.said


def test_the_build_stays_as_it_was_to_the_last_bit(swept: Swept) -> None:
    assert len(swept.before) > 150
    after = contents(swept.market.path, list(swept.before))
    assert {name for name in after if after[name] != swept.before[name]} == set()


def test_a_twin_of_a_strategy_earns_the_same(published: duckdb.DuckDBPyConnection) -> None:
    for twin, strategy in TWINS.items():
        n_days, n_apart = published.execute(
            """
            select
                count(*),
                count(*) filter (
                    where
                    swept.net_return is null
                    or built.net_return is null
                    or abs(swept.net_return - built.net_return) > 1e-12
                    or abs(swept.nav - built.nav) > 1e-12 * built.nav
                    or abs(swept.cost_return - built.cost_return) > 1e-12
                )
            from (select * from sweep_performance.daily_pnl where strategy = ?) as swept
            full outer join
                (select * from performance.daily_pnl where strategy = ?) as built using (date)
            """,
            [twin, strategy],
        ).fetchall()[0]
        assert n_days > 1000
        assert n_apart == 0


def test_its_books_are_measured_over_a_range_by_the_same_question(
    published: duckdb.DuckDBPyConnection,
) -> None:
    n_strategies, n_apart = published.execute(
        """
        select
            count(*),
            count(*) filter (
                where
                asked.n_days <> summary.n_days
                or asked.n_trials <> summary.n_trials
                or abs(asked.ann_return - summary.ann_return) > 1e-10
                or abs(asked.sharpe - summary.sharpe) > 1e-10
                or abs(asked.dsr - summary.dsr) > 1e-10
            )
        from
            metrics_between(null, '1900-01-01', '2999-12-31', books := 'sweep_performance')
            as asked
        inner join sweep_performance.summary as summary using (strategy)
        where asked.dsr is not null
        """
    ).fetchall()[0]
    assert (n_strategies, n_apart) == (10, 0)


def test_every_row_is_a_trial_and_a_twin_is_none(
    swept: Swept, published: duckdb.DuckDBPyConnection
) -> None:
    n_new = 10 - len(TWINS)
    assert n_trials(swept.market.path) == swept.n_trials_before + n_new
    counted = published.execute("select distinct n_trials from sweep_performance.luck").fetchall()
    assert counted == [(swept.n_trials_before + n_new,)]


def test_what_came_of_it_is_said(swept: Swept) -> None:
    said = swept.market.run("reports", "sweep", swept.market.dataset).stdout
    for words in (
        *("10 strategies", "2 refused", "dsr", "pbo", "tried_00", "momentum_3w"),
        "books valued on equity sessions: the best of ",
    ):
        assert words in said


def test_its_strategies_stand_beside_the_builds_on_the_dashboard(
    swept: Swept, published: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(swept.market, monkeypatch, "strategies")
    picker = app.multiselect(key="strategies_picked")
    assert not [option for option in picker.options if "tried" in option]
    app.toggle(key="strategies_sweep").set_value(True)
    picker = sound(app.run()).multiselect(key="strategies_picked")
    labels = [option for option in picker.options if option.startswith("tried")]
    assert len(labels) == 10 and all("top_fraction 0." in label for label in labels)

    twin, strategy = next(iter(TWINS.items()))
    picker.set_value(["tried_0001", strategy, twin])
    sound(app.run())
    app.selectbox(key="strategies_benchmark").set_value(twin)
    shown = next(f.value for f in sound(app.run()).dataframe if "dsr" in f.value)
    metrics = shown.set_index("strategy")
    assert list(metrics.index) == [strategy, "tried_0001", twin]
    for name in ("ann_return", "sharpe", "max_drawdown"):
        assert metrics.loc[twin, name] == pytest.approx(metrics.loc[strategy, name], abs=1e-12)
    expected = published.execute(
        "select sharpe, dsr from sweep_performance.summary where strategy = 'tried_0001'"
    ).fetchall()[0]
    assert tuple(metrics.loc["tried_0001", ["sharpe", "dsr"]]) == pytest.approx(expected, abs=1e-10)
    groups = next(frame.value for frame in app.dataframe if "pbo" in frame.value)
    assert set(groups["tried_in"]) == {"the build", "the last sweep"}
    assert "books valued on equity sessions" in set(groups["peer_group"])

    app.toggle(key="strategies_sweep").set_value(False)
    left = sound(app.run()).multiselect(key="strategies_picked")
    assert not [name for name in left.value if name.startswith("tried")]


def test_a_run_again_replaces_it_and_is_no_new_trial(swept: Swept) -> None:
    market, trials = swept.market, n_trials(swept.market.path)
    whole = sha256(market.published.read_bytes()).hexdigest()
    market.killed(4, "warehouse", "sweep", market.dataset, "--grid", str(swept.grid))
    assert sha256(market.published.read_bytes()).hexdigest() == whole

    market.run("warehouse", "sweep", market.dataset, "--grid", str(swept.grid))
    assert n_trials(market.path) == trials
    with duckdb.connect(str(market.path), read_only=True) as connection:
        assert connection.execute("select count(*) from sweep_performance.summary").fetchall() == [
            (10,)
        ]


def test_a_sweep_of_an_earlier_build_is_dropped_and_its_trials_stay(
    swept: Swept, tmp_path: Path
) -> None:
    """Its views would show the new build's prices under the old one's books."""
    shutil.copytree(swept.market.folder, tmp_path, dirs_exist_ok=True)
    own = Market(folder=tmp_path, dataset=swept.market.dataset, name=swept.market.name)
    record = json.loads(build_record(own.files).read_text())
    build_record(own.files).write_text(json.dumps({**record, "invocation_id": "a later one"}))
    said = own.publish().stdout
    assert f"make sweep GRID={swept.grid} DATASET={own.dataset}" in said
    assert not sweep_record(own.files).exists()
    with duckdb.connect(str(own.published), read_only=True) as connection:
        left = connection.execute(
            "select count(*) from information_schema.tables where table_schema like 'sweep%'"
        ).fetchall()
    assert left == [(0,)]
    assert n_trials(own.published) == n_trials(swept.market.published)
    refused = own.run("reports", "sweep", own.dataset, check=False)
    assert refused.returncode == 2
    assert f"make sweep DATASET={own.dataset}" in refused.stdout


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        (GRID.replace("high_52w", "hihg_52w"), ["score is 'hihg_52w'", "Did you mean 'high_52w'?"]),
        (
            GRID.replace("[0.2, 0.3]", "[0.01]").replace("[0.05, 0.3]", "[0.05]"),
            ["not one of its strategies may hold", "tried_0001: can never hold"],
        ),
    ],
)
def test_mistakes_run_nothing(
    small_market: Market, tmp_path: Path, grid: str, words: list[str]
) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(grid)
    own = small_market.copied(tmp_path)
    shutil.copyfile(build_record(small_market.files), build_record(own.files))
    refused = own.run("warehouse", "sweep", own.dataset, "--grid", str(path), check=False)
    assert refused.returncode == 2
    for word in ["mine.yml", *words]:
        assert word in refused.stdout
    with duckdb.connect(str(own.path), read_only=True) as connection:
        assert not connection.execute(
            "select 1 from information_schema.schemata where schema_name like 'sweep%'"
        ).fetchall()


def test_without_a_build_it_says_what_to_run(small_raw: Market, tmp_path: Path) -> None:
    own = small_raw.copied(tmp_path)
    refused = own.run("warehouse", "sweep", own.dataset, check=False)
    assert refused.returncode == 2
    assert f"make build DATASET={own.dataset}" in refused.stdout
