"""dbt's events, of which a build hears few: the others are not made into messages."""

from __future__ import annotations

from typing import Any

from dbt_common.events import base_types
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

STARTED, FINISHED = "LogStartLine", "NodeFinished"
HEARD = (STARTED, FINISHED)  # names of events, beside warnings and errors
LOUD = (EventLevel.WARN, EventLevel.ERROR)
parsed = base_types.ParseDict  # protobuf's parser of JSON


class HeardEvents(EventManager):
    """Hands on what somebody hears; all of it where dbt writes a log.

    dbt fires some 25 events a node and makes a message of each: a tenth of its own processor time.
    """

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """See `EventManager.fire_event`."""
        is_loud = force_warn_or_error_handling or (level or e.level_tag()) in LOUD
        if is_loud or self.loggers or type(e).__name__ in HEARD:
            super().fire_event(e, level, node, force_warn_or_error_handling)


def filled(fields: dict[str, Any], message: Any) -> Any:
    """The message with its fields set: by its constructor, which takes a tenth of the time.

    What that does not take as it comes, such as a time as text, is parsed as before.
    """
    try:
        return type(message)(**fields)
    except (AttributeError, TypeError, ValueError):
        return parsed(fields, message)


def hear_little() -> None:
    """Have dbt make messages in this process of what is heard alone."""
    base_types.ParseDict = filled
    ctx_set_event_manager(HeardEvents())
