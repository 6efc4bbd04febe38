"""Schemathesis' own engine on the API in this process: all phases, all checks."""

from __future__ import annotations

from collections import Counter

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from reports.api.app import create_app
from reports.api.settings import ApiSettings
from tests.builds import Market


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
                    if check.status == Status.FAILURE and check.failure_info
                ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(getattr(event, "value", None) or event.exception))
    return found, sent
