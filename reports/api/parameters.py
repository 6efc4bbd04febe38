"""What each endpoint may be asked: filters, days, pages and the form of the answer."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

MAX_ROWS = 10_000
MAX_OFFSET = 100_000_000
MAX_NAMES = 100


def iso_day(value: Any) -> Any:
    """An ISO day as it is; pydantic alone would take seconds since 1970 as well."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("give a day such as 2024-06-28")
    return value


def whole(value: Any) -> Any:
    """Digits as they are; pydantic alone would take 1.0 and 1_0 as well."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("give a whole number")
    return value


Day = Annotated[date, BeforeValidator(iso_day)]
Whole = Annotated[int, BeforeValidator(whole)]
Name = Annotated[str, StringConstraints(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=MAX_NAMES)]
AssetClass = Literal["equity", "crypto"]

AS_OF = "The newest rows known by the end of this day; without it, by now."
START = "First day wanted; with neither start nor end, the newest alone."
END = "Last day wanted."


class Asked(BaseModel):
    """What every list of rows may be asked."""

    model_config = ConfigDict(extra="forbid")

    limit: Whole = Field(100, ge=1, le=MAX_ROWS, description="Rows of a page, at most.")
    offset: Whole = Field(0, ge=0, le=MAX_OFFSET, description="Rows before the page.")
    format: Literal["json", "csv"] | None = Field(
        None, description="Form of the answer; without it, what the header Accept says, else JSON."
    )
    build: Name | None = Field(
        None,
        description="Fingerprint of the build that is wanted, as links to next pages carry it; "
        "once another is published the answer is 409.",
    )


class Strategies(Asked):
    strategy: Names = None
    asset_class: Literal["equity", "crypto", "both"] | None = None
    score: Names = None


class Signals(Asked):
    strategy: Names = None
    symbol: Names = None
    asset_class: AssetClass | None = None
    signal: list[Literal["buy", "sell", "hold"]] | None = Field(None, max_length=3)
    as_of: Day | None = Field(None, description=AS_OF)


class Weights(Asked):
    strategy: Names = None
    symbol: Names = None
    asset_class: AssetClass | None = None
    as_of: Day | None = Field(None, description=AS_OF)
    start: Day | None = Field(None, description=START)
    end: Day | None = Field(None, description=END)


class Ranks(Asked):
    score: Names = Field(None, description="A factor, a composite or a model.")
    symbol: Names = None
    asset_class: AssetClass | None = None
    as_of: Day | None = Field(None, description=AS_OF)
    start: Day | None = Field(None, description=START)
    end: Day | None = Field(None, description=END)


class Performance(Asked):
    strategy: Names = None
    asset_class: Literal["equity", "crypto", "both"] | None = None
    as_of: Day | None = Field(None, description=AS_OF)


class PerformanceDaily(Performance):
    start: Day | None = Field(None, description=START)
    end: Day | None = Field(None, description=END)


class Factors(Asked):
    factor: Names = None
    family: Names = None
    asset_class: AssetClass | None = None
    as_of: Day | None = Field(None, description=AS_OF)


class Explained(Asked):
    as_of: Day | None = Field(
        None,
        description="Explains the newest decision or values at or before this day; without it, the "
        "newest there are.",
    )


class ExplainedBook(Explained):
    strategy: Name


class ExplainedWeight(ExplainedBook):
    symbol: Name


class ExplainedScore(Explained):
    symbol: Name
    score: Name = Field(description="A factor, a composite or a model.")


class ExplainedFactor(Explained):
    symbol: Name
    factor: Name
