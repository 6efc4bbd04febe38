"""Every list of rows that is served: its address, its query and what it may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from reports.api import parameters


@dataclass(frozen=True)
class Endpoint:
    """One list of rows.

    Attributes
    ----------
    path : below the server's address.
    query : file of reports/queries/, without its suffix; its columns are those of the rows.
    asked : the parameters, named as the query names them.
    relations : where the columns come from; their comments describe the columns. The first one's
        own comment describes the endpoint.
    empty : what to do where there are no rows.
    """

    path: str
    query: str
    asked: type[parameters.Asked]
    relations: tuple[str, ...]
    empty: str

    @property
    def name(self) -> str:
        """The endpoint in one word."""
        return self.query.removeprefix("api/")

    @property
    def is_short(self) -> bool:
        """Whether the result is of some thousand rows at most, however long the data are."""
        return issubclass(self.asked, parameters.Explained)


WIDER = "Nothing fits these filters: leave some out, or see /v1/strategies for the names."
EARLIER = (
    "Nothing was known by that day. This file holds {first_date} to {last_date}; rows of the whole "
    "sample are known on its last day alone."
)
EXPLAIN_EMPTY = (
    "There is nothing to explain on that day: the name is not in the strategy's book then, or the "
    "strategy had none yet. Ask by as_of for another day, up to {last_date}; /v1/weights with "
    "start and end has the names of each."
)
VALUE_EMPTY = (
    "There is no such value at or before that day. The name may have been delisted by then, or not "
    "yet be listed: ask by as_of for an earlier or later day, between its first and last "
    "({first_date} to {last_date} at most). Or there is no such factor or score for its asset "
    "class: see /v1/factors for those of each."
)

ENDPOINTS = (
    Endpoint(
        "/v1/strategies", "api/strategies", parameters.Strategies,
        ("seeds.strategies", "performance.summary"), WIDER,
    ),
    Endpoint(
        "/v1/signals", "api/signals", parameters.Signals,
        ("signals.live_signals", "prepared.assets"),
        "Signals are of the newest day alone, {last_date} at the latest. Ask as of that day, see "
        "/v1/weights for an earlier one, or leave filters out.",
    ),
    Endpoint(
        "/v1/ranks", "api/ranks", parameters.Ranks,
        ("construction.candidates", "factors.factor_values", "prepared.assets"),
        WIDER + " Days from {first_date} to {last_date}.",
    ),
    Endpoint(
        "/v1/weights", "api/weights", parameters.Weights,
        ("portfolios.target_weights", "prepared.assets"),
        WIDER + " Days from {first_date} to {last_date}.",
    ),
    Endpoint(
        "/v1/performance", "api/performance", parameters.Performance,
        ("performance.summary", "seeds.strategies"),
        EARLIER + " /v1/performance/daily has the days.",
    ),
    Endpoint(
        "/v1/performance/daily", "api/performance_daily", parameters.PerformanceDaily,
        ("performance.daily_pnl",), WIDER + " Days from {first_date} to {last_date}.",
    ),
    Endpoint(
        "/v1/factors", "api/factors", parameters.Factors,
        ("factors.factor_registry", "analysis.factor_premia"), WIDER,
    ),
    Endpoint(
        "/v1/explain", "api/explain_weight", parameters.ExplainedWeight,
        ("explain_weight",), EXPLAIN_EMPTY,
    ),
    Endpoint(
        "/v1/explain/leg", "api/explain_leg", parameters.ExplainedBook,
        ("explain_leg",), EXPLAIN_EMPTY,
    ),
    Endpoint(
        "/v1/explain/book", "api/explain_book", parameters.ExplainedBook,
        ("explain_book",), EXPLAIN_EMPTY,
    ),
    Endpoint(
        "/v1/explain/sleeves", "api/explain_sleeves", parameters.ExplainedBook,
        ("explain_sleeves",),
        "This strategy has no family sleeves, or none on that day. See /v1/explain/leg.",
    ),
    Endpoint(
        "/v1/explain/score", "api/explain_score", parameters.ExplainedScore,
        ("explain_score",), VALUE_EMPTY,
    ),
    Endpoint(
        "/v1/explain/factor", "api/explain_factor", parameters.ExplainedFactor,
        ("explain_factor",), VALUE_EMPTY,
    ),
    Endpoint(
        "/v1/explain/inputs", "api/explain_inputs", parameters.ExplainedFactor,
        ("explain_inputs",), VALUE_EMPTY,
    ),
)  # fmt: skip
