"""Which of dbt's events are made into messages, and that a message is the same either way."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import NodeFinished
from dbt_common.events import base_types
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.types import Note

from warehouse.dbt_events import HeardEvents, filled, parsed

NODE = {
    "node_name": "prices_daily",
    "unique_id": "model.factorhouse.prices_daily",
    "meta": {"grain": ["symbol", "as_of_date"], "grows": {"by": "symbol", "days": 2}},
    "node_relation": {"schema": "prepared", "alias": "prices_daily"},
}
QUERY = {"conn_name": "model.factorhouse.prices_daily", "sql": "select 1", "node_info": NODE}


def test_a_message_has_the_fields_that_the_parser_gives_it() -> None:
    made = filled(QUERY, SQLQuery().pb_msg)
    assert made == parsed(QUERY, SQLQuery().pb_msg)
    assert made.node_info.meta["grows"]["days"] == 2


def test_what_the_constructor_refuses_is_parsed() -> None:
    info = {"name": "SQLQuery", "level": "debug", "ts": "2024-01-02T03:04:05.000006Z"}
    message = base_types.msg_from_base_event(SQLQuery(**QUERY))
    made = filled({"info": info}, type(message)())
    assert made == parsed({"info": info}, type(message)())
    assert made.info.ts.ToJsonString() == info["ts"]


@pytest.mark.parametrize(
    ("event", "level", "is_heard"),
    [
        (SQLQuery(**QUERY), None, False),
        (SQLQuery(**QUERY), EventLevel.ERROR, True),
        (NodeFinished(node_info=NODE), None, True),
        (Note(msg="about nothing"), EventLevel.INFO, False),
        (Note(msg="of a deprecation"), EventLevel.WARN, True),
    ],
)
@pytest.mark.parametrize("has_log", [False, True])
def test_what_is_heard(
    event: BaseEvent, level: EventLevel | None, is_heard: bool, has_log: bool
) -> None:
    heard: list[Any] = []
    events = HeardEvents()
    events.add_callback(heard.append)
    if has_log:
        events.loggers.append(Log())
    events.fire_event(event, level)
    assert [message.info.name for message in heard] == [type(event).__name__] * (
        is_heard or has_log
    )


class Log:
    """A logger that writes nothing."""

    def filter(self, message: Any) -> bool:
        return False
