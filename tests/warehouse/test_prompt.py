"""`make sql`: statements, dot commands, limits and words when something is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.builds import REPOSITORY, Market
from warehouse.files import WarehouseError
from warehouse.prompt import Prompt, is_whole


@pytest.fixture(scope="module")
def session(small_market: Market) -> Prompt:
    return Prompt(small_market.files)


def said(session: Prompt, capsys: pytest.CaptureFixture, text: str) -> str:
    session.run(text)
    return capsys.readouterr().out


def test_it_lists_the_questions_with_an_example_each(session, capsys):
    out = said(session, capsys, ".questions")
    for name in ("signals_today", "positions_on(day, strategy)", "explain_weight("):
        assert name in out
    assert "from positions_on('2017-01-05', 'equity_momentum_long');" in out


def test_it_lists_tables_by_a_word_of_name_or_comment(session, capsys):
    every = said(session, capsys, ".rows 2000\n.tables")
    assert "prepared.prices_daily" in every and "portfolios.positions" in every
    some = said(session, capsys, ".tables quarantine")
    assert "prepared.quarantine" in some and "signals.live_signals" not in some
    assert "One row per" in some


def test_it_describes_a_table_and_a_question_with_their_comments(session, capsys):
    out = said(session, capsys, ".describe signals.live_signals")
    assert "trade_weight" in out and "double" in out.lower()
    assert "positions_on(day, strategy)" in said(session, capsys, ".describe positions_on")
    with pytest.raises(WarehouseError, match=r"no table nothing.*\.tables"):
        session.run(".describe nothing")


def test_it_shows_no_more_rows_than_asked_for(session, capsys):
    out = said(session, capsys, ".rows 3\nselect range as n from range(1000);")
    assert out.count("\n") < 15
    said(session, capsys, ".rows 200")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from nowhere", r"nowhere does not exist(.|\n)*\.tables"),
        ("select nothing from signals_today", r"nothing(.|\n)*\.describe"),
        ("create table main.mine as select 1", r"read-only(.|\n)*build again"),
        (".nonsense", r"no command here(.|\n)*\.questions"),
        (".rows many", r"no command here"),
        ("from read_csv('/etc/hostname')", "disabled"),
    ],
)
def test_what_goes_wrong_is_said_with_what_may_help(session, text, words):
    with pytest.raises(WarehouseError, match=words):
        session.run(text)


def test_a_statement_ends_with_its_semicolon():
    assert not is_whole("select 1,")
    assert is_whole("select 1,\n2;") and is_whole(".tables") and is_whole("")


def test_piped_statements_and_commands_run_in_turn(small_market):
    text = ".rows 2\nselect count(*) as n_days\nfrom performance.daily_pnl;\nfrom signals_today"
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "sql", small_market.dataset],
        cwd=REPOSITORY,
        env=small_market.environment,
        input=text,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "n_days" in done.stdout and "trade_weight" in done.stdout


def test_one_query_is_given_by_make(small_market):
    query = "select strategy from signals_today where signal = 'buy' limit 1"
    done = subprocess.run(
        ["make", "-n", "sql", f"Q={query}"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert "-c 'select strategy from signals_today where signal = '\\''buy'\\'' limit 1'" in (
        done.stdout
    )
    asked = small_market.run("warehouse", "sql", small_market.dataset, "-c", query)
    assert "strategy" in asked.stdout and "_" in asked.stdout
    wrong = small_market.run("warehouse", "sql", small_market.dataset, "-c", "slect", check=False)
    assert wrong.returncode == 2 and "Error:" in wrong.stdout and "Traceback" not in wrong.stdout
