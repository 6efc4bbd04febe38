"""Coin Metrics as its community API answers: the catalog and the daily metrics of assets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.upstreams.loopback import Request, Response, as_json

FORMATS = {
    "PriceUSD": "{:.6f}",
    "CapMrktCurUSD": "{:.6f}",
    "CapMrktEstUSD": "{:.6f}",
    "AdrActCnt": "{:.0f}",
    "TxTfrValAdjUSD": "{:.4f}",
    "SplyCur": "{:.8f}",
    "FlowInExNtv": "{:.4f}",
}


@dataclass(frozen=True)
class Asset:
    """An asset of the service.

    Attributes
    ----------
    first : its first day.
    metrics : listed in the catalog and given to the community.
    for_customers : listed in the catalog, forbidden to the community.
    null : metrics that have no value on a day.
    """

    name: str
    first: date
    metrics: Sequence[str]
    for_customers: Sequence[str] = ()
    null: Mapping[str, Collection[date]] = field(default_factory=dict)

    def value(self, metric: str, day: date) -> str | None:
        """What is known of a day, as the wire writes it."""
        if day in self.null.get(metric, ()):
            return None
        seed = sum(map(ord, self.name + metric))
        return FORMATS[metric].format(1e6 + seed * 1000 + day.toordinal() * 31 % 9973 + 0.25)


@dataclass
class CoinMetrics:
    """The service at an instant.

    Attributes
    ----------
    now : its clock; today's row is there and not final.
    most : rows that it gives at once, whatever page_size says.
    revised : values that it has corrected: by asset, metric and day.
    twice : each row is answered twice, in no order.
    contradicts : a second, other row is answered for these days.
    remaining : what x-ratelimit-remaining says, where it is told.
    reset : what x-ratelimit-reset says beside it.
    throttles : so many requests are turned away, in the service's own way.
    ignores_end : rows after end_time are answered too.
    """

    assets: Sequence[Asset]
    now: datetime
    most: int = 10_000
    revised: dict[tuple[str, str, date], str] = field(default_factory=dict)
    twice: bool = False
    contradicts: Collection[date] = ()
    remaining: str | None = None
    reset: str = "6"
    throttles: int = 0
    ignores_end: bool = False
    hosts: Sequence[str] = ("community-api.coinmetrics.io",)

    def answer(self, request: Request) -> Response:
        """The right answer to a request."""
        if self.throttles:
            self.throttles -= 1
            turned_away = _refused(429, "too_many_requests", "Too many requests.")
            return replace(turned_away, headers={"x-ratelimit-reset": self.reset})
        answer = self._answer(request)
        if self.remaining is None:
            return answer
        told = {"x-ratelimit-remaining": self.remaining, "x-ratelimit-reset": self.reset}
        return replace(answer, headers=told)

    def _answer(self, request: Request) -> Response:
        wanted = request.query.get("assets", "").split(",")
        found = [asset for asset in self.assets if asset.name in wanted]
        if len(found) != len(wanted):
            unknown = next(name for name in wanted if name not in {a.name for a in found})
            return _refused(
                400, "bad_parameter", f"Bad parameter 'assets'. Value '{unknown}' is not supported."
            )
        if request.path == "/v4/catalog-v2/asset-metrics":
            return as_json({"data": [self._catalog(asset) for asset in found]})
        if request.path == "/v4/timeseries/asset-metrics":
            return self._series(found[0], request)
        return _refused(404, "not_found", "Not found.")

    def _catalog(self, asset: Asset) -> dict[str, object]:
        def entry(metric: str, is_free: bool) -> dict[str, object]:
            frequency = {
                "frequency": "1d",
                "min_time": f"{asset.first}T00:00:00.000000000Z",
                "max_time": f"{self.now.date()}T00:00:00.000000000Z",
            }
            hourly = {**frequency, "frequency": "1h"}
            return {
                "metric": metric,
                "frequencies": [{**frequency, "community": True} if is_free else frequency, hourly],
            }

        free = [entry(metric, True) for metric in asset.metrics]
        return {
            "asset": asset.name,
            "metrics": free + [entry(metric, False) for metric in asset.for_customers],
        }

    def _series(self, asset: Asset, request: Request) -> Response:
        query, metrics = request.query, request.query["metrics"].split(",")
        unknown = [name for name in metrics if name not in {*asset.metrics, *asset.for_customers}]
        if unknown:
            return _refused(
                400,
                "bad_parameter",
                f"Bad parameter 'metrics'. Value '{unknown[0]}' is not supported.",
            )
        forbidden = [name for name in metrics if name in asset.for_customers]
        if forbidden and query.get("ignore_forbidden_errors") != "true":
            return _refused(
                403,
                "forbidden",
                f"Requested metric '{forbidden[0]}' with frequency '1d' for asset '{asset.name}' "
                "is not available with supplied credentials.",
            )
        given = [name for name in metrics if name not in forbidden]
        rows = [self._row(asset, given, day) for day in self._days(asset, query)] if given else []
        rows += [
            {**row, **dict.fromkeys(given, "1.5")}
            for row in rows
            if date.fromisoformat(row["time"][:10]) in self.contradicts
        ]
        if self.twice:
            rows = sorted(rows * 2, key=lambda row: row["time"][::-1])
        return self._page(rows, request)

    def _days(self, asset: Asset, query: Mapping[str, str]) -> list[date]:
        first, last = asset.first, self.now.date()
        if "start_time" in query:
            first = max(first, date.fromisoformat(query["start_time"][:10]))
        if "end_time" in query and not self.ignores_end:
            last = min(last, date.fromisoformat(query["end_time"][:10]))
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def _row(self, asset: Asset, metrics: Sequence[str], day: date) -> dict[str, str | None]:
        values = {
            metric: self.revised.get((asset.name, metric, day), asset.value(metric, day))
            for metric in metrics
        }
        return {"asset": asset.name, "time": f"{day}T00:00:00.000000000Z", **values}

    def _page(self, rows: Sequence[Mapping[str, object]], request: Request) -> Response:
        size = min(self.most, int(request.query.get("page_size", 100)))
        start = int(request.query.get("next_page_token", "0-0").split("-")[1])
        document: dict[str, object] = {"data": rows[start : start + size]}
        if start + size < len(rows):
            token = f"0-{start + size}"
            document["next_page_token"] = token
            document["next_page_url"] = f"https://{request.url}&next_page_token={token}"
        return as_json(document)


def _refused(status: int, kind: str, message: str) -> Response:
    return as_json({"error": {"type": kind, "message": message}}, status)
