"""Reports with their plots, in files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import gmm_app as gm
from gmm_app.errors import ExportError
from gmm_app.fitting.report import as_text
from gmm_app.fitting.report_content import Grid, Report, report_of
from gmm_app.ui.plot_picture import Plot
from gmm_app.ui.report_file import plots_of, save_report
from gmm_app.ui.report_pdf import _narrow

FAITHFUL = Path(__file__).resolve().parents[1] / "reference" / "faithful.csv"
VOID = {"meta", "br", "hr", "img", "input", "link"}
EVIL = "<script>alert(1)</script>"


class _Page(HTMLParser):
    """Elements of a page, which must be closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def result() -> gm.FitResult:
    return gm.fit(gm.read(FAITHFUL), n_components=3, n_init=2, seed=0)


@pytest.fixture
def parts(qapp: object, result: gm.FitResult) -> Iterator[tuple[Report, list[Plot]]]:
    with plots_of(result) as plots:
        yield report_of(result), plots


def _parsed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


def test_html_stands_by_itself(parts: tuple[Report, list[Plot]], tmp_path: Path) -> None:
    save_report(*parts, tmp_path / "fit.html")
    text = (tmp_path / "fit.html").read_text(encoding="utf-8")
    page = _parsed(text)
    tags = [tag for tag, _ in page.seen]
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    for tag, attributes in page.seen:
        for name in ("src", "href", "xlink:href", "action", "data"):
            value = attributes.get(name) or ""
            assert value.startswith(("#", "data:image/png;base64,")) or not value, (tag, value)
    assert "@import" not in text and not re.search(r"url\((?!#)", text)
    assert tags.count("svg") == 2 * 2 and tags.count("h2") == len(parts[0].sections)
    assert "prefers-color-scheme: dark" in text


def test_drawings_in_html_do_not_share_ids(
    parts: tuple[Report, list[Plot]], tmp_path: Path
) -> None:
    save_report(*parts, tmp_path / "fit.html")
    text = (tmp_path / "fit.html").read_text(encoding="utf-8")
    ids = [attributes["id"] for _, attributes in _parsed(text).seen if "id" in attributes]
    assert ids and len(set(ids)) == len(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids)


def test_all_that_the_report_says_is_in_the_html(
    parts: tuple[Report, list[Plot]], result: gm.FitResult, tmp_path: Path
) -> None:
    save_report(*parts, tmp_path / "fit.html")
    text = (tmp_path / "fit.html").read_text(encoding="utf-8")
    for words in (
        f"{result.bic:,.4f}",
        "BIC (lower is better)",
        result.dataset.digest,
        "gmm-app fit faithful.csv",
        parts[1][0].sentence,
        "eruptions",
    ):
        assert words in text
    assert str(FAITHFUL.parent) not in text


@pytest.mark.parametrize("ending", ["html", "pdf", "txt"])
def test_names_are_no_markup(qapp: object, tmp_path: Path, ending: str) -> None:
    rows = np.random.default_rng(0).standard_normal((60, 2))
    odd = gm.fit(gm.Dataset(rows, (EVIL, "half \udc80")), n_components=1, seed=0)
    with plots_of(odd) as plots:
        save_report(report_of(odd, [EVIL]), plots, tmp_path / f"fit.{ending}")
    content = (tmp_path / f"fit.{ending}").read_bytes()
    if ending == "html":
        text = content.decode("utf-8")
        assert EVIL not in text and "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        _parsed(text)
    elif ending == "txt":
        assert EVIL.encode() in content
    else:
        assert content.startswith(b"%PDF")


def test_a_pdf_has_pages_with_text_and_plots_as_lines(
    parts: tuple[Report, list[Plot]], tmp_path: Path
) -> None:
    save_report(*parts, tmp_path / "fit.pdf")
    content = (tmp_path / "fit.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content or b"/FontFile3" in content
    assert b"/Subtype /Image" not in content  # points are drawn, not pictured
    (box,) = set(re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", content))
    assert [float(side) for side in box] == pytest.approx([595.3, 841.9], abs=0.6)
    n_pages = int(re.findall(rb"/Count (\d+)", content)[0])
    assert n_pages > 1


def test_a_table_too_wide_for_a_page_is_cut_between_columns(qapp: object) -> None:
    headings = ("component", *(f"mean of a long name {i}" for i in range(9)))
    rows = tuple(tuple(f"{k}{i}.12345678" for i in range(10)) for k in range(3))
    grid = Grid(rows, "r" * 10, headings, "title")
    parts = _narrow(grid)
    assert len(parts) > 1 and [part.title for part in parts] == ["title"] + [""] * (len(parts) - 1)
    assert [name for part in parts for name in part.headings[1:]] == list(headings[1:])
    assert all(part.headings[0] == "component" for part in parts)
    small = Grid((("a", "b"),), "lr")
    assert _narrow(small) == [small]


def test_text_is_the_whole_report(parts: tuple[Report, list[Plot]], tmp_path: Path) -> None:
    save_report(*parts, tmp_path / "fit.TXT")
    assert (tmp_path / "fit.TXT").read_text(encoding="utf-8") == as_text(parts[0])


def test_other_endings_are_refused(parts: tuple[Report, list[Plot]], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.html, \.pdf or \.txt"):
        save_report(*parts, tmp_path / "fit.docx")
    assert list(tmp_path.iterdir()) == []
