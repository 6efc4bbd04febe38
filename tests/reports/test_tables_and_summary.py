"""CSV headers as published, the words of the summary, and what the command line says."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from reports import queries
from reports.__main__ import main
from reports.summary import print_summary
from warehouse.files import REPOSITORY, DatasetFiles, open_published

PRICES = "date,ticker,close,adj_close,ret_1d,volume,dollar_volume_usd,market_cap_usd,is_stale"
HEADERS = {
    "factor_matrix": "date,ticker,asset_class,size,book_to_market,momentum_12_1,momentum_3w,"
    "network_value_to_transactions",
    "model_scores": "date,ticker,model_score,model,fold_id",
    "model_metrics": "model,fold_id,asset_class,is_overall,test_start_date,test_end_date,rank_ic,"
    "rank_ic_se,rank_ic_t_stat,rank_ic_critical_value,rank_ic_over_composite,"
    "rank_ic_over_composite_t_stat,n_dates,n_ranked_dates,r2_oos",
    "portfolio_weights": "date,ticker,target_weight,strategy,trade_date",
    "prices_equities": PRICES,
    "prices_crypto": PRICES,
    "performance": "strategy,first_date,last_date,n_days,periods_per_year,ann_return,ann_vol,"
    "sharpe,max_drawdown,ann_turnover,dsr,n_trials,"
    "beta,alpha_ann,ann_cost,ruin_date,sharpe_lower,sharpe_upper,psr",
    "cost_sensitivity": "strategy,cost_bps,aum_usd,net_ann_return,net_sharpe,break_even_cost_bps,"
    "impact_law",
}


@dataclass(frozen=True)
class Result:
    """What a run of the command line left."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def reports(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Runs the command line in this process."""

    def run(*arguments: str) -> Result:
        code = 0
        try:
            main(arguments)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


def test_it_runs_as_a_module(publish: Callable[..., DatasetFiles]) -> None:
    publish()
    command = [sys.executable, "-m", "reports", "tables"]
    good = subprocess.run([*command, "tiny"], cwd=REPOSITORY, capture_output=True, check=False)
    bad = subprocess.run([*command, "absent"], cwd=REPOSITORY, capture_output=True, check=False)
    assert (good.returncode, bad.returncode) == (0, 2)
    assert b"8 tables" in good.stdout
    assert bad.stderr.startswith(b"Error: ")


def test_tables_have_their_published_headers_and_all_rows(
    publish: Callable[..., DatasetFiles],
    reports: Callable[..., Result],
) -> None:
    files = publish()
    result = reports("tables", "tiny")
    assert result.returncode == 0, result.stderr
    folder = files.outputs / "tables"
    assert {path.stem for path in folder.iterdir()} == set(HEADERS)
    for name, header in HEADERS.items():
        assert (folder / f"{name}.csv").read_text().splitlines()[0] == header
    with (folder / "prices_equities.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20 * 30
    assert rows[0] == {
        "date": "2020-01-01",
        "ticker": "E0",
        "close": "10",
        "adj_close": "10",
        "ret_1d": "0.01",
        "volume": "5",
        "dollar_volume_usd": "50",
        "market_cap_usd": "",
        "is_stale": "false",
    }
    with (folder / "model_metrics.csv").open() as file:
        metrics = list(csv.DictReader(file))
    assert len(metrics) == 2 * 9
    assert [row["fold_id"] for row in metrics[:3]] == ["crypto_2020", "crypto_2021", "crypto_all"]
    assert metrics[2]["rank_ic_t_stat"] == str(-0.002 / 0.015)


def test_cost_figure_shows_one_law_at_one_fund_size(publish: Callable[..., DatasetFiles]) -> None:
    files = publish()
    with duckdb.connect(str(files.published), read_only=True) as connection:
        rows = queries.frame(connection, "turnover_and_cost_sensitivity")
    assert not rows.duplicated(["strategy", "cost_bps"]).any()
    assert rows["aum_usd"].eq(1e6).all()
    shown = rows[rows["cost_bps"] == 0]["net_sharpe"]
    assert shown.tolist() == pytest.approx([0.5 - len("square_root") / 100] * 3)


def test_a_class_without_rows_gives_a_header_and_a_word(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result], tmp_path: Path
) -> None:
    publish(classes=("equity",), strategies=("equity_long",))
    result = reports("tables", "tiny", "--out", str(tmp_path / "mine"))
    assert "prices_crypto.csv has its header only" in result.stdout
    assert (tmp_path / "mine" / "prices_crypto.csv").read_text() == PRICES + "\n"


def test_the_summary_names_what_is_missing_and_why(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    files = publish()
    result = reports("summary", "tiny")
    assert result.returncode == 0, result.stderr
    text = result.stdout
    for words in (
        "book_to_market (equity): needs book_equity, market_cap; none in this dataset",
        "network_value_to_transactions (crypto): needs adjusted_transfer_value, market_cap; none",
        "equity_idle: no scores: model ridge has none on its decision dates",
        "equity_mean: no scores: model ensemble has none on its decision dates",
        "equity_other: no scores: model lasso was not chosen for this build",
        "crypto_idle: no scores: size has no ranked values",
        "No risk-free rate in the data: cash earns 0",
        "No dividends in the data",
        "Set aside in cleaning: bad_print 2",
        "no_close 4",
        "crypto_long *",
        "best of the 12 trials ever run here",
        "books valued on equity sessions, from 2020-01-01: the best of 4 strategies in half of "
        "the days was at or below their median in the other half in 28% of the splits",
        "less than a year of history",
        "make sql DATASET=tiny",
        "make docs DATASET=tiny",
        str(files.published),
    ):
        assert words in text, f"{words!r} not in\n{text}"
    assert "momentum_12_1 (equity)" not in text
    assert "earnings_to_price" not in text, "it is no column of this build's matrix"
    assert "Last build" not in text


LONG = "equity_composite_of_seven_families_long_short"


def lines_with(text: str, words: str) -> list[str]:
    """The lines that have these words whole."""
    return [line for line in text.splitlines() if words in line]


def test_a_file_gets_tables_as_wide_as_their_names(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    files = publish(strategies=("equity_long", "crypto_long"))
    rename(files, LONG)
    (row,) = lines_with(reports("summary", "tiny").stdout, LONG)
    assert len(row) > 100, "it needs more than prose does"
    headings = lines_with(reports("summary", "tiny").stdout, "no luck  drawdown")
    assert len(headings) == 1 and headings[0].rstrip().endswith("cost")


@pytest.mark.parametrize(("width", "left_out"), [(140, []), (80, ["cost", "turnover", "vol."])])
def test_a_narrow_terminal_shows_fewer_columns_and_whole_names(
    publish: Callable[..., DatasetFiles], width: int, left_out: list[str]
) -> None:
    files = publish(strategies=("equity_long", "crypto_long"))
    rename(files, LONG)
    screen = Console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    connection = open_published(files)
    print_summary(connection, files, screen)
    connection.close()
    text = screen.file.getvalue()
    (row,) = lines_with(text, LONG)
    assert len(row) <= width
    (headings,) = (line.split() for line in lines_with(text, "strategy ") if "Sharpe" in line)
    assert not set(left_out) & set(headings)
    assert bool(left_out) == ("A wider terminal shows cost, turnover, vol." in text)


def rename(files: DatasetFiles, name: str) -> None:
    """Give the equity strategy another name in what the summary shows of it."""
    with duckdb.connect(str(files.published)) as connection:
        for table in ("summary", "daily_pnl"):
            connection.execute(
                f"update performance.{table} set strategy = ? where strategy = 'equity_long'",
                [name],
            )


@pytest.mark.parametrize(
    ("change", "idle", "mean"),
    [
        (
            "update scores.model_runs set status = 'failed' where fold_id = 'equity_2019'",
            "equity_idle: no scores: model ridge: its fits failed, see 'Fits of models'",
            "equity_mean: no scores: model ensemble: the fits of its members failed, see 'Fits",
        ),
        (
            "update scores.model_runs set model = 'xgboost_pooled' where model = 'xgboost'",
            "equity_idle: no scores: model ridge needs 36 months of ranked factors (equity)",
            "equity_mean: no scores: model ensemble needs 36 months of ranked factors (equity)",
        ),
        (
            "insert into scores.model_runs values "
            "('ridge', 'equity_2022', 'equity', 'fitted', null, null)",
            "equity_idle: no scores: model ridge has none on its decision dates",
            "equity_mean: no scores: model ensemble has none on its decision dates",
        ),
    ],
    ids=["failed", "only_a_pooled_one_failed", "fitted"],
)
def test_a_strategy_without_scores_is_told_how_the_fits_ended(
    publish: Callable[..., DatasetFiles],
    reports: Callable[..., Result],
    change: str,
    idle: str,
    mean: str,
) -> None:
    import duckdb

    files = publish()
    with duckdb.connect(str(files.published)) as connection:
        connection.execute(
            "delete from scores.model_runs where asset_class = 'equity' and status = 'fitted'"
        )
        connection.execute(change)
    text = reports("summary", "tiny").stdout
    assert idle in text, text
    assert mean in text, text


def test_the_summary_has_the_models_and_what_their_fits_say(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    publish(classes=("equity",), strategies=("equity_long",))
    text = reports("summary", "tiny").stdout
    table = text[text.index("Models, out of sample") : text.index("Fits of models")]
    cells = [line.split() for line in table.splitlines() if line.strip()][3:]
    assert cells == [
        ["equity", "xgboost", "3", "0.040", "-", "0.090", "-", "2.5"],
        ["ridge", "15", "0.020", "2.5", "0.022", "-2.2", "2.5"],
        ["composite", "15", "-0.002", "-0.1", "-", "-", "2.5"],
    ]
    fits = text[text.index("Fits of models") : text.index("Strategies")].strip().splitlines()[1:]
    assert [line.strip() for line in fits if line.strip()] == [
        "failed: 1 fit of xgboost (equity_2020): ValueError: no such tree",
        "skipped: 2 fits of ridge (equity_2018 to equity_2019): "
        "for example: 16 month ends before it; 36 are needed",
        "fitted, but: 2 fits of ridge (equity_2020 to equity_2021): one value for every name",
        "fitted, but: 1 fit of ridge (equity_2020): constant: size",
    ]


def test_many_kinds_of_remarks_are_counted(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    import duckdb

    files = publish(classes=("equity",), strategies=("equity_long",))
    with duckdb.connect(str(files.published)) as connection:
        connection.execute(
            "insert into scores.model_runs select model, 'equity_2021', 'equity', 'failed', "
            "repeat('x', cast(i as integer)), null "
            "from range(1, 21) as r(i), (values ('a'), ('b'), ('c'), ('d')) as m(model)"
        )
    text = reports("summary", "tiny").stdout
    assert "failed: 4 fits of 4 models (equity_2021): x\n" in text
    assert "12 more kinds of remarks in scores.model_runs" in text


def test_the_summary_counts_the_last_build(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    publish(classes=("equity",), strategies=("equity_long",))
    kinds = ["model"] * 3 + ["test"] * 5 + ["unit_test"] * 2 + ["seed"]
    results = {
        "metadata": {"generated_at": "2026-01-02T03:04:05Z"},
        "args": {"which": "build"},
        "elapsed_time": 12.3,
        "results": [{"unique_id": f"{kind}.factorhouse.x", "status": "pass"} for kind in kinds],
    }
    path = Path(os.environ["FACTORHOUSE_TARGET_DIR"]) / "tiny" / "run_results.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(results))
    text = reports("summary", "tiny").stdout
    assert "1 seeds, 3 models, 5 tests, 2 unit tests in 12 s, none failed" in text
    assert "crypto: no crypto assets in this dataset" in text
    assert "crypto_idle: no scores: no crypto assets in this dataset" in text
    path.write_text("{")
    assert reports("summary", "tiny").returncode == 0


def test_a_dataset_with_nothing_still_has_a_summary(
    publish: Callable[..., DatasetFiles], reports: Callable[..., Result]
) -> None:
    publish(classes=(), scores=False, strategies=())
    result = reports("all", "tiny")
    assert result.returncode == 0, result.stderr
    assert "No strategy has traded in this dataset yet." in result.stdout


def test_the_dataset_may_be_a_yaml_file_or_come_from_the_environment(
    publish: Callable[..., DatasetFiles],
    reports: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish()
    (tmp_path / "my.yml").write_text("name: tiny\nsources: []\n")
    by_path = reports("summary", str(tmp_path / "my.yml")).stdout
    assert "dataset tiny" in by_path
    assert f"makesqlDATASET={tmp_path / 'my.yml'}" in "".join(by_path.split())  # it is wrapped
    monkeypatch.setenv("FACTORHOUSE_DATASET", "tiny")
    assert "dataset tiny" in reports("summary").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plots", "absent"), "make all DATASET=absent"),
        (("tables", "no/such.yml"), "no/such.yml: no such dataset file"),
        (("summary", "Bad Name"), "'Bad Name' is no dataset name"),
        (("plots", "tiny", "--nope"), "No such option"),
        (("plots", "tiny", "--out", "{file}/x"), "cannot write"),
    ],
)
def test_errors_are_one_message_and_exit_code_two(
    publish: Callable[..., DatasetFiles],
    reports: Callable[..., Result],
    tmp_path: Path,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    publish()
    (tmp_path / "file").write_text("")
    result = reports(*(a.replace("{file}", str(tmp_path / "file")) for a in arguments))
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_published_file_of_an_older_build_is_named(
    publish: Callable[..., DatasetFiles],
    reports: Callable[..., Result],
) -> None:
    import duckdb

    files = publish()
    with duckdb.connect(str(files.published)) as connection:
        connection.execute("drop table raw.rejects")
    result = reports("summary", "tiny")
    assert result.returncode == 2
    assert "queries/summary_raw_tables.sql does not fit the published file" in result.stderr
