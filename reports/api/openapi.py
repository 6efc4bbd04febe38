"""The OpenAPI document: addresses and parameters from the code, all else from the build's words."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi

from reports.api import health
from reports.api.answers import AS_JSON, page_of
from reports.api.catalogue import Catalogue, Column
from reports.api.endpoints import ENDPOINTS, Endpoint
from reports.api.problems import MEDIA_TYPE, SCHEMA, TITLES, ProblemError
from warehouse.reader import Snapshot

DESCRIPTION = (
    "Factors, scores, weights and results of one dataset, read-only. Each answer is of exactly one "
    "build, which the header X-Factorhouse-Build names. Numbers are decimals: a return of 0.01 is "
    "1 %, a weight of 0.05 is 5 % of the book. What each column means, with its unit, is what the "
    "warehouse's own comments say."
)
TAGS = {"explain": "Why a number is what it is."}


def document(app: FastAPI, catalogue: Catalogue, snapshot: Snapshot, needs_key: bool) -> bytes:
    """The document for the build that is published now, as JSON."""
    found = get_openapi(
        title="Factorhouse",
        version=snapshot.build.build_fingerprint[:12],
        description=DESCRIPTION,
        routes=app.routes,
    )
    found["openapi"] = "3.1.0"
    components = {"schemas": {"Problem": SCHEMA, "Health": health.SCHEMA}}
    for endpoint in ENDPOINTS:
        columns = catalogue.columns(endpoint, snapshot)
        components["schemas"][schema_name(endpoint)] = row_schema(columns)
        operation = found["paths"][endpoint.path]["get"]
        describe(operation, endpoint, catalogue)
        operation["responses"]["200"] = rows_response(endpoint, snapshot, has_rows=bool(columns))
    operation = found["paths"]["/v1/health"]["get"]
    describe_health(operation)
    if needs_key:
        key = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
        components["securitySchemes"] = {"key": key}
        found["security"] = [{"key": []}]
        operation["security"] = []
    found["components"] = components
    return orjson.dumps(found, option=AS_JSON)


def schema_name(endpoint: Endpoint) -> str:
    """The name of an endpoint's row."""
    return "".join(word.capitalize() for word in endpoint.name.split("_")) + "Row"


def row_schema(columns: list[Column]) -> dict[str, Any]:
    """A row of an answer."""
    return {
        "type": "object",
        "required": [column.name for column in columns],
        "properties": {column.name: column.schema for column in columns},
    }


def describe(operation: dict[str, Any], endpoint: Endpoint, catalogue: Catalogue) -> None:
    """Say in an operation what the warehouse says: of its rows, and of what it filters by."""
    operation["operationId"] = endpoint.name
    operation["summary"] = endpoint.name.replace("_", " ").capitalize()
    operation["description"] = catalogue.relations.get(endpoint.relations[0], "")
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if not parameter.get("description") and (said := catalogue.comment(endpoint, name)):
            parameter["description"] = said
        if name in catalogue.names:
            parameter["example"] = example_of(parameter["schema"], sorted(catalogue.names[name])[0])
    operation["responses"] = {
        "304": {"description": "The client has these bytes: If-None-Match named their ETag."},
        **problem_responses(401, 404, 406, 409, 414, 421, 422, 429, 431, 500, 503),
    }


def example_of(schema: dict[str, Any], name: str) -> Any:
    """A name as a parameter takes it."""
    kinds = [schema, *schema.get("anyOf", [])]
    return [name] if any(kind.get("type") == "array" for kind in kinds) else name


def rows_response(endpoint: Endpoint, snapshot: Snapshot, *, has_rows: bool) -> dict[str, Any]:
    """What comes back where all is well; with an example, if the file has such rows."""
    text = {"type": "string"}
    properties: dict[str, Any] = {
        "build": {**text, "description": "Fingerprint of the build that the rows are of."},
        "total": {"type": "integer", "description": "Rows in all."},
        "limit": {"type": "integer", "description": "Rows of a page, at most."},
        "offset": {"type": "integer", "description": "Rows before the page."},
        "next": {"type": ["string", "null"], "description": "Address of the next page."},
        "note": {"type": ["string", "null"], "description": "What to do where nothing is found."},
        "data": {
            "type": "array",
            "items": {"$ref": f"#/components/schemas/{schema_name(endpoint)}"},
        },
    }
    headers = {
        "X-Factorhouse-Build": "Fingerprint of the build that the rows are of.",
        "X-Total-Count": "Rows in all.",
        "ETag": "Changes with the published file.",
    }
    return {
        "description": "A page of rows.",
        "headers": {
            name: {"description": said, "schema": text, "required": True}
            for name, said in headers.items()
        },
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": list(properties),
                    "properties": properties,
                },
                **(rows_example(endpoint, snapshot) if has_rows else {}),
            },
            "text/csv": {"schema": {**text, "description": "The rows under their header."}},
        },
    }


def rows_example(endpoint: Endpoint, snapshot: Snapshot) -> dict[str, Any]:
    """The first row of the build, where an endpoint needs nothing named."""
    if any(field.is_required() for field in endpoint.asked.model_fields.values()):
        return {}
    nothing = dict.fromkeys(endpoint.asked.model_fields)
    page = page_of(snapshot.connection, endpoint, nothing, limit=1, offset=0)
    example = {
        "build": snapshot.build.build_fingerprint,
        "total": page.total,
        "limit": 1,
        "offset": 0,
        "next": None,
        "note": None,
        "data": [dict(zip(page.columns, row, strict=True)) for row in page.rows],
    }
    return {"example": example}


def describe_health(operation: dict[str, Any]) -> None:
    """Say in an operation what /v1/health answers."""
    operation["operationId"] = "health"
    operation["summary"] = "Health"
    operation["description"] = "Whether there is a build to serve, and which. Needs no key."
    operation["responses"] = {
        "200": {
            "description": "There is.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Health"}},
            },
        },
        **problem_responses(414, 421, 422, 431, 500, 503),
    }


def problem_responses(*statuses: int) -> dict[str, Any]:
    """The errors that an operation may answer."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": TITLES[status], "content": content} for status in statuses}


def parameters_problem(request: Request, error: RequestValidationError) -> ProblemError:
    """What is wrong with each parameter, and what is allowed."""
    endpoint = next((each for each in ENDPOINTS if each.path == request.url.path), None)
    allowed = ", ".join(endpoint.asked.model_fields) if endpoint else ""
    errors = []
    for each in error.errors():
        name = str(each["loc"][1]) if len(each["loc"]) > 1 else "query"
        if each["type"] == "extra_forbidden":
            said = f"unknown; allowed are {allowed}"
        elif each["type"] == "missing":
            said = "needed"
        else:
            said = f"'{str(each.get('input'))[:100]}': {each['msg'].removeprefix('Value error, ')}"
        errors.append({"parameter": name[:100], "detail": said})
    text = "; ".join(f"{each['parameter']} is {each['detail']}" for each in errors[:5])
    return ProblemError(422, f"{text}.", errors=errors[:20])
