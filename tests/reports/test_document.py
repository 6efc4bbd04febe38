"""The report as one document: HTML and PDF say the same, and what the published file holds."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pypdf
import pytest
from PIL import Image

from reports import queries
from reports.document import write_document
from reports.document.content import Column, Table
from reports.document.sections import strategies
from reports.document.tables import setting
from reports.figures import all_figures
from reports.glossary import GLOSSARY, TERMS
from reports.pictures import picture_of
from tests.reports.conftest import Drawn
from warehouse.files import DatasetFiles, open_published

SECTIONS = (
    *("Strategies", "Where the returns come from", "Costs and capacity", "Factors", "Models"),
    *("Signals", "Data and their limits", "Rules", "Words"),
)
# Each table by another query: the columns in their order, numbers in the unit of their heading.
TABLES = {
    "performance": """
        select strategy, first_date, last_date, 100 * ann_return, 100 * ann_vol, sharpe,
            sharpe_lower, sharpe_upper, 100 * psr, 100 * dsr,
            100 * max_drawdown, beta,
            100 * alpha_ann
        from performance.summary
        order by last_date - first_date < 365, sharpe desc nulls last, strategy""",
    "overfitting": """
        select 'books valued on ' || split_part(peer_group, '_', 1) || ' '
                || split_part(split_part(peer_group, '_', 2), ' ', 1) || ', from '
                || right(peer_group, 10),
            n_strategies, n_splits, 100 * pbo, 100 * loss_probability
        from performance.overfitting order by n_strategies desc, peer_group limit 10""",
    "costs": """
        select s.strategy, 100 * s.ann_turnover, 100 * s.ann_cost,
            (select max(break_even_cost_bps) from performance.cost_sensitivity as c
                where c.strategy = s.strategy),
            c.aum_usd / 1e6, 100 * c.mean_participation, c.capacity_usd / 1e6,
            net_sharpe_p05, net_sharpe_p95
        from performance.summary as s
        left join performance.capacity as c
            on s.strategy = c.strategy and impact_law = 'square_root'
        left join performance.slippage as d on s.strategy = d.strategy
        order by s.strategy""",
    "cost_models": """
        select cost_model, asset_class, min_dollar_volume_usd / 1e6, commission_bps,
            half_spread_bps, impact_law, impact_coefficient, borrow_bps_ann, funding_bps_ann
        from seeds.cost_models
        where cost_model in (select cost_model from seeds.strategies)
        order by cost_model, asset_class desc, min_dollar_volume_usd""",
    "premia": """
        select p.asset_class, p.factor, 100 * mean_ann, 100 * bootstrap_lower_ann,
            100 * bootstrap_upper_ann, p.t_stat, p.critical_value, 100 * fdr_p_value, mean_ic,
            p.first_date
        from analysis.factor_premia as p
        left join analysis.ic_decay as i on p.asset_class = i.asset_class
            and p.factor = i.factor and (p.asset_class, horizon) in (('equity', 21), ('crypto', 30))
        where mean_ann is not null order by p.asset_class desc, mean_ann desc, p.factor""",
    "models": """
        select asset_class, model, test_start_date, n_ranked_dates, rank_ic, rank_ic_t_stat,
            rank_ic_critical_value, rank_ic_over_composite, rank_ic_over_composite_t_stat,
            100 * r2_oos
        from scores.model_metrics where is_overall
        order by asset_class desc, rank_ic desc nulls last, model""",
    "survivors": """
        with ends as (select asset_class, country, min(as_of_date) as a, max(as_of_date) as z
            from prepared.survivorship group by all)
        select asset_class, min(a),
            (select sum(n_members) from prepared.survivorship as s join ends as f on
                s.asset_class = f.asset_class and s.country is not distinct from f.country
                and as_of_date = a where s.asset_class = e.asset_class),
            (select sum(n_listed) from prepared.survivorship as s join ends as f on
                s.asset_class = f.asset_class and s.country is not distinct from f.country
                and as_of_date = a where s.asset_class = e.asset_class),
            (select sum(n_delisted_later) from prepared.survivorship as s join ends as f on
                s.asset_class = f.asset_class and s.country is not distinct from f.country
                and as_of_date = a where s.asset_class = e.asset_class),
            max(z),
            (select sum(n_listed) from prepared.survivorship as s join ends as f on
                s.asset_class = f.asset_class and s.country is not distinct from f.country
                and as_of_date = z where s.asset_class = e.asset_class)
        from ends as e group by asset_class order by asset_class desc""",
    "data_quality": """
        select q.source, coalesce(asset_class, 'no asset') as c, count(distinct q.symbol),
            sum(n_sessions), 100 * sum(n_gaps) / nullif(sum(n_sessions), 0),
            100 * sum(n_stale) / nullif(sum(n_sessions), 0), sum(n_quarantined),
            sum(n_rejected) + max(if(asset_class is null, n_of_rates, 0)),
            sum(n_revisions), sum(n_failed_fetches)
        from prepared.data_quality as q left join prepared.assets using (symbol)
        left join (select source, count(*) as n_of_rates from raw.rejects
            where table_name in ('fx_rates', 'interest_rates') group by all) as r
            on q.source = r.source
        group by all order by q.source, any_value(asset_class is null), c desc""",
}


@dataclass
class Page(HTMLParser):
    """What a page holds: its tags, words, tables and references."""

    text: str
    open_tags: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    current: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in ("meta", "img", "br", "link"):
            self.open_tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.references += [given[name] for name in ("src", "href") if name in given]
        if tag == "img":
            self.images.append(given)
        if tag == "table":
            self.current = given["data-name"]
            self.tables[self.current] = []
        if tag == "tr" and self.current:
            self.tables[self.current].append([])
        if tag in ("td", "th") and self.current:
            self.tables[self.current][-1].append("")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags.pop() == tag, f"</{tag}> closes another tag"
        if tag == "table":
            self.current = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        inside = set(self.open_tags)
        if self.current and inside & {"td", "th"} and "small" not in inside:
            self.tables[self.current][-1][-1] += data
        if inside & {"h1", "h2", "h3"}:
            tag, before = self.headings[-1]
            self.headings[-1] = (tag, before + data)


@dataclass(frozen=True)
class Written:
    """Both files of a dataset, its published file, and the words of each page of the PDF."""

    page: Page
    pdf: pypdf.PdfReader
    connection: duckdb.DuckDBPyConnection
    paths: tuple[Path, ...]
    paper: tuple[str, ...]


def written(drawn: Drawn, folder: Path) -> Written:
    connection = open_published(drawn.files)
    pictures = {path.stem: picture_of(path) for path in (folder / "plots").glob("*.png")}
    paths = write_document(connection, drawn.files.name, pictures, folder)
    page = Page(paths[0].read_text())
    pdf = pypdf.PdfReader(paths[1])
    paper = tuple(" ".join(sheet.extract_text().split()) for sheet in pdf.pages)
    return Written(page, pdf, connection, tuple(paths), paper)


@pytest.fixture(scope="session")
def market(drawn_market: Drawn) -> Written:
    """The document of a built market."""
    return written(drawn_market, drawn_market.folder)


@pytest.fixture(scope="session")
def nothing(drawn_tiny: Callable[..., Drawn], tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The document of a dataset without anything."""
    drawn = drawn_tiny(classes=(), scores=False, strategies=())
    return written(drawn, tmp_path_factory.mktemp("nothing"))


def test_the_page_is_sound_and_stands_alone(market: Written, nothing: Written) -> None:
    for page in (market.page, nothing.page):
        assert page.open_tags == []
        assert len(set(page.ids)) == len(page.ids), "an anchor stands twice"
        for reference in page.references:
            is_inside = reference.removeprefix("#") in page.ids
            assert is_inside or reference.startswith("data:image/png;base64,"), reference[:80]
        text = re.sub(r"data:image/png;base64,[\w+/=]+", "", page.text)
        assert not re.search(r"https?:|//\w|@import|url\(|<script|<link|<iframe", text)


def test_all_sections_and_figures_are_there(market: Written) -> None:
    assert tuple(text for tag, text in market.page.headings if tag == "h2")[1:] == SECTIONS
    shown = {name.removeprefix("figure-") for name in market.page.ids if "figure-" in name}
    assert shown == set(all_figures())
    for image in market.page.images:
        data = base64.b64decode(image["src"].split(",", 1)[1])
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert picture.width >= 1400
            assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
        assert len(image["alt"]) > 40, image["alt"]
    assert max(path.stat().st_size for path in market.paths) < 6_000_000


@pytest.mark.parametrize("name", TABLES)
def test_numbers_are_those_of_the_file(market: Written, name: str) -> None:
    head, *rows = market.page.tables[name]
    expected = market.connection.execute(TABLES[name]).fetchall()
    assert len(rows) == len(expected) > 0
    for row, values in zip(rows, expected, strict=True):
        for heading, cell, value in zip(head, row, values, strict=True):
            assert agrees(cell, value), (name, row[:2], heading, cell, value)


def test_rejected_rows_are_all_counted(market: Written) -> None:
    (total,) = market.connection.execute("select count(*) from raw.rejects").fetchone()
    for name, place in (("data_quality", 7), ("raw_tables", 2)):
        assert sum(int(row[place]) for row in market.page.tables[name][1:]) == total > 0, name


def test_beta_and_alpha_of_the_table_name_their_benchmark(market: Written) -> None:
    head = market.page.tables["performance"][0]
    assert head[-2:] == ["Beta to benchmark", "Alpha to benchmark"]


def test_books_in_no_group_are_named(market: Written) -> None:
    said = " ".join(market.page.words)
    alone = re.search(r"In no group: ([\w, ]+)\.", said)[1].split(", ")
    groups = market.connection.execute(
        "select peer_group, list(distinct strategy) from construction.block_returns group by all"
    ).fetchall()
    assert alone == sorted(names[0] for _, names in groups if len(names) == 1)
    assert len(alone) > 1


def agrees(cell: str, value: object) -> bool:
    """Whether a cell is the value, rounded to the digits that it shows."""
    if value is None:
        return cell == "\u2013"
    if isinstance(value, str) or not isinstance(value, (int, float)):
        return cell == str(value)
    if cell in ("> 99", "< 1"):
        return value > 99.5 if cell == "> 99" else value < 0.5
    digits = len(cell.partition(".")[2])
    number = float(cell.replace(",", "").replace("\u2212", "-"))
    return abs(number - float(value)) <= 0.5 * 10**-digits + 1e-9 * abs(value)


def test_the_pdf_says_the_same(market: Written) -> None:
    text = " ".join(market.paper)
    for _, heading in market.page.headings:
        assert heading in text, heading
    for name, (_, *rows) in market.page.tables.items():
        for row in rows:
            assert " ".join(" ".join(row).split()) in text, (name, row)
    facts = [word for word in market.page.words if re.fullmatch(r"[0-9a-f]{32,}", word)]
    assert len(facts) == 4
    assert all(fact in text for fact in facts)


def test_contents_lead_to_the_pages(market: Written) -> None:
    contents = market.paper[0].partition(" Contents ")[2]
    for section in SECTIONS:
        page = int(re.search(rf"(\d+) {section}(?: \.|$)", contents)[1])  # the title comes last
        foot = f"{market.page.headings[0][1]} page {page} "
        assert market.paper[page - 1].startswith(foot + section), section
    for number, text in enumerate(market.paper, start=1):
        assert f"page {number}" in text
    titles = [entry.title for entry in market.pdf.outline if not isinstance(entry, list)]
    assert titles == list(SECTIONS)
    pictures = [page["/Resources"].get("/XObject", {}) for page in market.pdf.pages]
    assert sum(map(len, pictures)) == len(all_figures())


def test_a_dataset_without_anything_says_what_to_do(nothing: Written) -> None:
    said = " ".join(nothing.page.words)
    for words in (
        "No strategy has traded here yet",
        "a model first learns from 36 months of ranked factors",
        "No backtest has run",
        "no equity assets in this dataset",
    ):
        assert words in " ".join(said.split()), words
        assert words in " ".join(nothing.paper), words
    assert "The figure drawdowns was not drawn." in said


def test_a_book_that_lost_all_is_said_to_have(publish: Callable[..., DatasetFiles]) -> None:
    files = publish(classes=("equity",))
    with duckdb.connect(str(files.published)) as connection:
        connection.execute(
            "update performance.summary set ruin_date = '2021-03-01', max_drawdown = -1.03, "
            "psr = 0.29, dsr = 0.003 where strategy = 'equity_long'"
        )
    connection = open_published(files)
    block = next(
        block
        for block in strategies(connection, {}).blocks
        if isinstance(block, Table) and block.name == "performance"
    )
    (row,) = [row for row in block.rows if row[0] == "equity_long"]
    assert row[8:11] == ("\u2013", "\u2013", "all")
    assert block.note == "equity_long lost all it had on 2021-03-01 and was closed."
    luck = queries.frame(connection, "sharpe_and_luck").set_index("strategy")
    assert luck.loc["equity_long", ["psr", "dsr"]].isna().all()
    assert luck["psr"].notna().sum() == len(luck) - 1 > 0


def test_equal_data_give_equal_documents(
    nothing: Written, drawn_tiny: Callable[..., Drawn]
) -> None:
    before = [path.read_bytes() for path in nothing.paths]
    drawn = drawn_tiny(classes=(), scores=False, strategies=())
    again = written(drawn, nothing.paths[0].parent)
    assert [path.read_bytes() for path in again.paths] == before
    assert len(list(nothing.paths[0].parent.iterdir())) == 2, "nothing half-written stays"


def test_every_term_in_a_heading_is_explained(market: Written) -> None:
    explained = " ".join(word for word, _ in TERMS).lower()
    for term in (
        "sharpe",
        "psr",
        "dsr",
        "pbo",
        "drawdown",
        "beta",
        "alpha",
        "turnover",
        "capacity",
    ):
        assert term in explained
    assert len({word for word, _ in TERMS}) == len(TERMS), "a word is explained twice"
    assert all(GLOSSARY.get(word, meaning) == meaning for word, meaning in TERMS)
    assert "at or below" in GLOSSARY["pbo"], "overfitting.sql counts logits of 0"
    said = " ".join(market.page.words)
    assert all(word.split(",")[0].split(" (")[0].lower() in said.lower() for word, _ in TERMS)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (Column("x", "x", "%", 1, 100), 0.12345, "12.3"),
        (Column("x", "x", "%", 1, 100), -0.0001, "0.0"),
        (Column("x", "x", "%", 1, 100), -0.0123, "\u22121.2"),
        (Column("x", "x", "number", 0), 1234567, "1,234,567"),
        (Column("x", "x", "%", 0, 100, certain=False), 0.9999, "> 99"),
        (Column("x", "x", "%", 0, 100, certain=False), 0.0, "< 1"),
        (Column("x", "x", "%", 0, 100, certain=False), 0.42, "42"),
        (Column("x", "x", "ratio", 2), None, "\u2013"),
        (Column("x", "x", "ratio", 2), float("nan"), "\u2013"),
        (Column("x", "x", "%", 1, 100, is_loss=True), -0.9994, "\u221299.9"),
        (Column("x", "x", "%", 1, 100, is_loss=True), -1.03, "all"),
        (Column("x", "x"), "words", "words"),
    ],
)
def test_cells_are_rounded_for_people(column: Column, value: object, said: str) -> None:
    assert column.said(value) == said


def test_settings_are_said_in_words() -> None:
    assert setting({"day": 1, "year": 120}, 1) == "day 1, year 120"
    assert setting(-0.3, 100) == "\u221230"
    assert setting(["a", "b"], 1) == "a, b"
    assert setting(None, 1) is None
