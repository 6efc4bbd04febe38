"""The two clocks of a build: the day on which the data end, and the instant it is known at.

END (or AS_OF) leaves out what was traded or published later; KNOWN_AT leaves out the vintages that
landed later. Together they make any past build again.
"""

from __future__ import annotations

from datetime import date, datetime

from ingest.instants import as_utc
from ingest.landing import open_raw
from warehouse.files import DatasetFiles, WarehouseError

CLOCKS = ("start_date", "end_date", "known_at")
# What an update sets beside them (warehouse/tail.py): about rows alone as well.
TAIL = ("tail_from", "tail_load")


def clock_variables(
    start: date | None, end: date | None, known_at: datetime | None
) -> dict[str, str]:
    """The dbt variables of the clocks that are set; the others keep the project's defaults."""
    return {
        name: str(value)
        for name, value in zip(
            CLOCKS, (start, end, as_utc(known_at) if known_at else None), strict=True
        )
        if value
    }


def prepare_raw(files: DatasetFiles, known_at: datetime | None) -> datetime | None:
    """Make the raw tables that an older work file lacks; the newest load that the build will see.

    Returns
    -------
    The UTC instant of that load; None where nothing has landed.

    Raises
    ------
    WarehouseError : KNOWN_AT lies before the first load.
    """
    with open_raw(files) as connection:
        first, newest = connection.execute(
            "select min(started_at), max(started_at) filter (where started_at <= ?) "
            "from raw.loads where status = 'ok'",
            [as_utc(known_at) if known_at else datetime.max],
        ).fetchall()[0]
    if first and not newest:
        raise WarehouseError(
            f"KNOWN_AT {as_utc(known_at)} UTC lies before the first load of {files.name}, at "
            f"{first} UTC: nothing was known yet."
        )
    return newest


def said_clocks(end: date | None, known_at: datetime | None, newest: datetime | None) -> str:
    """The clocks of a build in words."""
    until = f"data to {end}" if end else "all dates"
    known = f"as known at {as_utc(known_at)} UTC" if known_at else "as known now"
    return f"{until}, {known} (newest load {newest} UTC)"
