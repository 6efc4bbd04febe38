"""The application: one route per endpoint, and every error as problem+json."""

import logging
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reports.api import openapi
from reports.api.answers import as_csv, as_json, limited, page_of
from reports.api.catalogue import Catalogues
from reports.api.endpoints import ENDPOINTS, Endpoint
from reports.api.guard import Guard
from reports.api.health import health
from reports.api.negotiation import MEDIA_TYPES, chosen_format, entity_tag, is_current
from reports.api.parameters import Asked, Explained
from reports.api.problems import ProblemError
from reports.api.refusals import (
    refuse_days,
    refuse_parameters,
    refuse_repeated,
    refuse_too_much,
    refuse_unknown,
)
from reports.api.settings import ApiSettings
from reports.errors import ReportsError
from warehouse.files import DatasetFiles, WarehouseError
from warehouse.reader import PublishedReader, Snapshot

BUILD_HEADER = "X-Factorhouse-Build"
SCHEMA = "/openapi.json"
log = logging.getLogger(__name__)


class Served:
    """A dataset's published file as the routes use it."""

    def __init__(self, files: DatasetFiles, settings: ApiSettings) -> None:
        self.files = files
        self.settings = settings
        self.reader = PublishedReader(
            files, threads=settings.threads, memory_limit=settings.memory_limit
        )
        self.catalogues = Catalogues()


def create_app(
    files: DatasetFiles,
    settings: ApiSettings | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The API of a dataset.

    Parameters
    ----------
    files : the paths of the dataset; its published file may be missing still.
    settings : how it is served; default on loopback without key or rate.
    clock : seconds, for the rate.
    """
    settings = settings or ApiSettings()
    served = Served(files, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        yield
        served.reader.close()

    app = FastAPI(
        title="Factorhouse",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.add_middleware(Guard, settings=settings, clock=clock)
    routes = {endpoint.path: route(served, endpoint) for endpoint in ENDPOINTS}
    routes = {"/v1/health": health_route(served), **routes, SCHEMA: openapi_route(served, app)}
    for path, answer in routes.items():
        app.add_api_route(path, answer, methods=["GET"], include_in_schema=path != SCHEMA)
        app.add_api_route(path, answer, methods=["HEAD"], include_in_schema=False)
    add_handlers(app, files)
    return app


def health_route(served: Served) -> Callable[[Request], Response]:
    """Whether there is anything to serve, and of which build."""

    def answer(request: Request) -> Response:
        refuse_parameters(request)
        with served.reader.snapshot() as snapshot:
            return Response(
                health(served.files, snapshot),
                headers={
                    BUILD_HEADER: snapshot.build.build_fingerprint,
                    "Cache-Control": "no-store",
                },
                media_type=MEDIA_TYPES["json"],
            )

    return answer


def openapi_route(served: Served, app: FastAPI) -> Callable[[Request], Response]:
    """What may be asked and what comes back, in the words of the published file."""

    def answer(request: Request) -> Response:
        refuse_parameters(request)
        with served.reader.snapshot() as snapshot:
            catalogue = served.catalogues.of(snapshot)
            with limited(snapshot.connection, served.settings.timeout_seconds):
                body = openapi.document(app, catalogue, snapshot, bool(served.settings.key))
            return Response(
                body,
                headers={BUILD_HEADER: snapshot.build.build_fingerprint},
                media_type=MEDIA_TYPES["json"],
            )

    return answer


def route(served: Served, endpoint: Endpoint) -> Callable[..., Response]:
    """What answers an endpoint."""

    def answer(request: Request, asked: Annotated[endpoint.asked, Query()]) -> Response:
        refuse_repeated(request, asked)
        refuse_days(asked)
        form = chosen_format(asked.format, request.headers.get("accept"))
        with served.reader.snapshot() as snapshot:
            build = snapshot.build.build_fingerprint
            if asked.build and asked.build != build:
                raise ProblemError(
                    409,
                    f"The build '{asked.build}' is no longer published, now it is '{build}': pages "
                    "of both would be a mix. Begin again with the first page.",
                )
            catalogue = served.catalogues.of(snapshot)
            refuse_unknown(asked.model_dump(), catalogue)
            refuse_too_much(asked, snapshot.build.first_date, snapshot.build.last_date)
            tag = entity_tag(snapshot, endpoint.path, form, asked.model_dump_json())
            headers = {BUILD_HEADER: build, "ETag": tag, "Vary": "Accept, X-API-Key"}
            headers["Cache-Control"] = "private, no-cache"
            if is_current(tag, request.headers.get("if-none-match")):
                return Response(status_code=304, headers=headers)
            with limited(snapshot.connection, served.settings.timeout_seconds):
                return written(snapshot, endpoint, asked, form, headers)

    answer.__name__ = endpoint.name
    return answer


def written(
    snapshot: Snapshot, endpoint: Endpoint, asked: Asked, form: str, headers: dict[str, str]
) -> Response:
    """The page that is asked for."""
    build = snapshot.build
    given = asked.model_dump()
    if isinstance(asked, Explained) and asked.as_of is None:
        given["as_of"] = build.last_date
    page = page_of(snapshot.connection, endpoint, given, limit=asked.limit, offset=asked.offset)
    link = None
    if asked.offset + asked.limit < page.total:
        after = {"offset": asked.offset + asked.limit, "build": build.build_fingerprint}
        query = asked.model_dump(mode="json", exclude_none=True) | after
        link = f"{endpoint.path}?{urlencode(query, doseq=True)}"
        headers["Link"] = f'<{link}>; rel="next"'
    headers["X-Total-Count"] = str(page.total)
    days = {"first_date": build.first_date, "last_date": build.last_date}
    if form == "csv":
        media_type = "text/csv; charset=utf-8; header=present"
        return Response(as_csv(page), headers=headers, media_type=media_type)
    envelope = {
        "build": build.build_fingerprint,
        "total": page.total,
        "limit": asked.limit,
        "offset": asked.offset,
        "next": link,
        "note": None if page.total else endpoint.empty.format(**days),
    }
    return Response(as_json(page, envelope), headers=headers, media_type=MEDIA_TYPES["json"])


def add_handlers(app: FastAPI, files: DatasetFiles) -> None:
    """Have every error answered as a problem; of files the name alone is told, not the folder."""

    @app.exception_handler(ProblemError)
    async def on_problem(_: Request, error: ProblemError) -> Response:
        return error.response()

    @app.exception_handler(WarehouseError)
    @app.exception_handler(ReportsError)
    async def on_missing(_: Request, error: Exception) -> Response:
        log.warning("%s", error)
        said = str(error).replace(f"{files.published.parent}/", "")
        return ProblemError(503, said, headers={"Retry-After": "30"}).response()

    @app.exception_handler(RequestValidationError)
    async def on_parameters(request: Request, error: RequestValidationError) -> Response:
        return openapi.parameters_problem(request, error).response()

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            paths = ", ".join(["/v1/health", *(e.path for e in ENDPOINTS), SCHEMA])
            said = f"There is no {request.url.path[:200]}. There are: {paths}."
        elif error.status_code == 405:
            said = f"{request.method[:20]} is not served; this API only reads: GET and HEAD."
        else:
            said = str(error.detail)
        headers = {**(error.headers or {})}
        if error.status_code == 405:
            headers["Allow"] = "GET, HEAD"
        return ProblemError(error.status_code, said, headers=headers).response()
