"""Schemathesis' own engine on the API in this process: all phases, all checks."""

from __future__ import annotations

import re
from collections import Counter

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from reports.api.app import create_app
from reports.api.settings import ApiSettings
from tests.builds import Market

# Refused for what several parameters say together, which a schema of each cannot tell.
OF_TWO_PARAMETERS = re.compile(rb"after end|needed for more than 366 days")


def is_of_two_parameters(check: str, recorder: ScenarioRecorder, case_id: str) -> bool:
    """Whether a request of understood parameters was refused for two of them together."""
    answer = recorder.interactions[case_id].response
    if check != "positive_data_acceptance" or answer is None or answer.status_code != 422:
        return False
    return bool(OF_TWO_PARAMETERS.search(answer.content or b""))


def failures(
    market: Market, n_examples: int, seed: int = 1, but: str = ""
) -> tuple[list[str], Counter[str]]:
    """What the engine finds, and how many requests each phase sent.

    Parameters
    ----------
    n_examples : of the fuzzing phase, for each operation and each of valid and invalid requests.
    but : addresses that fit this pattern are left out.
    """
    config = SchemathesisConfig(seed=seed)
    project = config.projects.default
    project.generation.update(
        max_examples=n_examples, deterministic=True, no_shrink=True, database="none"
    )
    project.continue_on_failure = True
    # A hundred names of two hundred letters each are as described, and too long an address.
    for check in (
        project.checks.positive_data_acceptance,
        project.checks.negative_data_rejection,
    ):
        check.expected_statuses = [*check.expected_statuses, "414"]
    app = create_app(market.files, ApiSettings(allowed_hosts=("*",)))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    schema = schema.exclude(path_regex=but) if but else schema
    found: list[str] = []
    sent: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent[event.phase.value] += len(event.recorder.interactions)
            for case_id, checks in event.recorder.checks.items():
                case = event.recorder.cases[case_id].value
                found += [
                    f"{case.as_curl_command()}\n  {check.name}: {check.failure_info.failure}"
                    for check in checks
                    if check.status == Status.FAILURE
                    and check.failure_info
                    and not is_of_two_parameters(check.name, event.recorder, case_id)
                ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(getattr(event, "value", None) or event.exception))
    return found, sent
