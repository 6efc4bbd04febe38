"""`make sql`: statements, dot commands, limits and words when something is wrong."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.builds import REPOSITORY, Market
from warehouse.files import WarehouseError
from warehouse.prompt import Prompt
from warehouse.statements import is_whole


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


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("select 1; -- one", True),
        ("slect 'é'; /* no statement, but ended */", True),
        ("-- a remark alone", True),
        ("select 1 -- one;", False),
        ("select 1; /* still open;", False),
        ("select 'still open;", False),
        ("select $$ still open;", False),
        ("select '-- no remark';", True),
    ],
)
def test_what_stands_in_a_comment_or_a_text_ends_nothing(text, whole):
    assert is_whole(text) == whole


def test_a_comment_after_the_semicolon_leaves_room_for_a_command(session, capsys):
    text = "select 1 as a; -- one\n.rows 7\nselect 2 as b; /* two\nlines */\n-- x\n.rows 8\n"
    said(session, capsys, text)
    assert session.rows == 8
    said(session, capsys, ".rows 200")


LONG = "select sum(sqrt(a.range * b.range)) from range(1000000) a, range(1000000) b"


def read_until(screen: int, words: str) -> str:
    """What a terminal shows up to these words."""
    shown = ""
    while words not in shown:
        ready, _, _ = select.select([screen], [], [], 60)
        assert ready, f"{words!r} is missing in {shown!r}"
        shown += os.read(screen, 4096).decode()
    return shown


def test_ctrl_c_stops_the_query_and_not_the_prompt(small_market):
    screen, terminal = pty.openpty()
    prompt = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "sql", small_market.dataset],
        cwd=REPOSITORY,
        env=small_market.environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        read_until(screen, "sql> ")
        os.write(screen, f"{LONG};\n".encode())
        time.sleep(2)
        prompt.send_signal(signal.SIGINT)
        shown = read_until(screen, "sql> ")
        assert "Interrupted." in shown and "Traceback" not in shown
        os.write(screen, b"select 6 * 7 as answer;\n")
        assert "42" in read_until(screen, "sql> ")
        os.write(screen, b".quit\n")
        assert prompt.wait(timeout=30) == 0
    finally:
        prompt.kill()
        prompt.wait()
        os.close(screen)
        os.close(terminal)


def test_ctrl_c_ends_a_query_that_was_given_with_code_130(small_market):
    asked = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "sql", small_market.dataset, "-c", LONG],
        cwd=REPOSITORY,
        env=small_market.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        time.sleep(4)
        asked.send_signal(signal.SIGINT)
        shown, _ = asked.communicate(timeout=30)
    finally:
        asked.kill()
    assert asked.returncode == 130
    assert "Traceback" not in shown


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
