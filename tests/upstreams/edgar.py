"""The SEC's servers on loopback: the list of tickers, and company facts made of filings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.upstreams.loopback import Request, Response, as_json

NO_SUCH_KEY = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code></Error>'
REFUSED = b"<html><body><h1>Your Request Originates from an Undeclared Tool</h1></body></html>"
FACTS = "/api/xbrl/companyfacts/CIK"

# A fact: first day (None for a day's value), last day, value.
Fact = tuple[str | None, str, float | None]


@dataclass(frozen=True)
class Filing:
    """A report, and the facts in it by tag; a tag with a colon names its taxonomy."""

    form: str
    filed: str
    facts: Mapping[str, Sequence[Fact]]
    unit: str = "USD"


@dataclass
class Company:
    """A company that files; ``filings`` in the order in which it did."""

    cik: int
    title: str = "A Company"
    filings: list[Filing] = field(default_factory=list)

    def facts(self) -> dict:
        """Its company facts document."""
        taxonomies: dict[str, dict] = {}
        for number, filing in enumerate(self.filings):
            for name, facts in filing.facts.items():
                taxonomy, _, tag = name.rpartition(":")
                entry = taxonomies.setdefault(taxonomy or "us-gaap", {}).setdefault(
                    tag, {"label": tag, "description": tag, "units": {}}
                )
                unit = "shares" if tag.endswith("SharesOutstanding") else filing.unit
                entry["units"].setdefault(unit, []).extend(
                    self._fact(fact, filing, number) for fact in facts
                )
        return {"cik": self.cik, "entityName": self.title, "facts": taxonomies}

    def _fact(self, fact: Fact, filing: Filing, number: int) -> dict:
        start, end, value = fact
        return {
            **({} if start is None else {"start": start}),
            "end": end,
            "val": value,
            "accn": f"{self.cik:010d}-{filing.filed[2:4]}-{number:06d}",
            "fy": int(filing.filed[:4] or 0),
            "fp": "FY" if filing.form.startswith("10-K") else "Q1",
            "form": filing.form,
            "filed": filing.filed,
        }


class Edgar:
    """www.sec.gov and data.sec.gov, which refuse whoever does not say who asks."""

    hosts = ("www.sec.gov", "data.sec.gov")

    def __init__(self, companies: Mapping[str, Company]) -> None:
        self.companies = dict(companies)

    def answer(self, request: Request) -> Response:
        """The right answer to a request."""
        if "@" not in request.headers.get("user-agent", ""):
            return Response(REFUSED, 403, "text/html")
        if (request.host, request.path) == ("www.sec.gov", "/files/company_tickers.json"):
            return as_json(
                {
                    str(number): {"cik_str": company.cik, "ticker": ticker, "title": company.title}
                    for number, (ticker, company) in enumerate(self.companies.items())
                }
            )
        if request.host == "data.sec.gov" and request.path.startswith(FACTS):
            cik = int(request.path.removeprefix(FACTS).removesuffix(".json"))
            for company in self.companies.values():
                if company.cik == cik and company.filings:
                    return as_json(company.facts())
        return Response(NO_SUCH_KEY, 404, "application/xml")
