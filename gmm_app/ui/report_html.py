"""A report as HTML that needs nothing but itself: no other file, no script, light and dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from string import Template
from typing import NamedTuple

from gmm_app.fitting.report_content import Block, Caution, Code, Grid, Pictures, Report, Section
from gmm_app.ui.tokens import DARK, LIGHT, RADIUS, SPACING, Theme


class Picture(NamedTuple):
    """A plot for a report.

    Attributes
    ----------
    name : what it is, in a few words.
    sentence : to be read under it.
    light, dark : SVG for either theme.
    """

    name: str
    sentence: str
    light: bytes
    dark: bytes


_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="GMM Studio">
<title>$title</title>
<style>
:root { $light }
@media (prefers-color-scheme: dark) { :root { $dark } .light { display: none; } }
@media (prefers-color-scheme: light) { .dark { display: none; } }
* { box-sizing: border-box; }
body {
  margin: 0; padding: ${spacing}px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
main { max-width: 720px; margin: 0 auto; }
h1 { font-size: 1.5em; font-weight: 600; line-height: 1.25; margin: 1em 0 0.7em; }
h2 { font-size: 1em; font-weight: 600; margin: 0 0 0.6em; }
h3 { font-size: 1em; font-weight: 400; margin: 1.2em 0 0.2em; color: var(--dim); }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: ${radius}px;
  padding: 16px 20px; margin: 0 0 ${spacing}px;
}
p { margin: 0 0 0.5em; }
.wide { overflow-x: auto; margin: 0.6em 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 400; color: var(--dim); text-align: left; vertical-align: bottom; }
th, td { padding: 3px 20px 3px 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
tr + tr td, thead + tbody tr td { border-top: 1px solid var(--line); }
.whole { white-space: nowrap; }
[align=right] { text-align: right; }
.caution { border-left: 4px solid var(--error); padding: 2px 0 2px 12px; margin: 0.8em 0; }
pre {
  background: var(--ground); border-radius: ${radius}px; padding: 10px 12px; margin: 0.4em 0 1em;
  overflow-x: auto; font: 13px/1.5 ui-monospace, monospace;
}
figure { margin: 1em 0 0; max-width: 600px; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { color: var(--dim); }
@media (min-width: 640px) { td:first-child { white-space: nowrap; } }
@media (max-width: 480px) { section { padding: 12px; } body { font-size: 14px; } }
@media print {
  :root { $light }
  body { padding: 0; background: none; font-size: 10pt; }
  section { border: none; padding: 0 0 1em; }
  h2, h3 { break-after: avoid; }
  .wide, tr, figure, .caution { break-inside: avoid; }
  pre { white-space: pre-wrap; }
  .light { display: block !important; }
  .dark { display: none !important; }
}
</style>
</head>
<body>
<main>
<h1>$title</h1>
$sections
</main>
</body>
</html>
""")
LONGEST_WHOLE = 14
_COLOURS = ("ground", "card", "line", "text", "dim", "error")


def html_page(report: Report, pictures: Sequence[Picture]) -> str:
    """A report as a whole HTML file.

    Parameters
    ----------
    report : what it says.
    pictures : where the report has its plots.
    """
    figures = "\n".join(_figure(picture, i) for i, picture in enumerate(pictures))
    sections = (_section(section, figures) for section in report.sections)
    return _PAGE.substitute(
        title=escape(report.title),
        sections="\n".join(f"<section>\n{section}\n</section>" for section in sections),
        light=_variables(LIGHT),
        dark=_variables(DARK),
        spacing=SPACING,
        radius=RADIUS,
    )


def _section(section: Section, figures: str) -> str:
    blocks = (figures if block == Pictures() else block_html(block) for block in section.blocks)
    return "\n".join([f"<h2>{escape(section.title)}</h2>", *blocks])


def block_html(block: Block) -> str:
    """A block of a report as HTML; nothing for where pictures stand."""
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Caution):
        return f'<p class="caution">{escape(block.sentence)}</p>'
    if isinstance(block, Code):
        return f"<pre>{escape(block.lines)}</pre>"
    if isinstance(block, Pictures):
        return ""
    return f"<p>{escape(block)}</p>"


def _grid(grid: Grid) -> str:
    title = f"<h3>{escape(grid.title)}</h3>\n" if grid.title else ""
    head = f"<thead>{_row(grid.headings, grid.sides, 'th')}</thead>\n" if grid.headings else ""
    body = "\n".join(_row(row, grid.sides, "td") for row in grid.rows)
    return f'{title}<div class="wide"><table>\n{head}<tbody>\n{body}\n</tbody></table></div>'


def _row(cells: Sequence[str], sides: str, tag: str) -> str:
    inside = (
        # Qt's HTML, which makes the PDF, forgets the margin of what follows an empty cell.
        f"<{tag}{_look(cell, side)}>{escape(cell) or '&nbsp;'}</{tag}>"
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(inside)}</tr>"


def _look(cell: str, side: str) -> str:
    """A number is never broken over lines, nor is a short word; a long name may be."""
    whole = ' class="whole"' if len(cell) <= LONGEST_WHOLE else ""
    # Qt's HTML knows the attribute alone.
    return f'{whole} align="right"' if side == "r" else whole


def _figure(picture: Picture, i: int) -> str:
    name = escape(picture.name, quote=True)
    themes = (("light", picture.light), ("dark", picture.dark))
    drawn = "\n".join(_inline(svg, f"p{i}{theme}", theme, name) for theme, svg in themes)
    return f"<figure>\n{drawn}\n<figcaption>{escape(picture.sentence)}</figcaption>\n</figure>"


def _inline(svg: bytes, prefix: str, theme: str, name: str) -> str:
    """An SVG file as part of a page: as wide as there is room, its ids its own."""
    text = svg[svg.index(b"<svg") :].decode("utf-8", "replace")
    text = re.sub(r"<(title|desc)>.*?</\1>\n?", "", text, flags=re.S)
    text = re.sub(r'(\bid="|url\(#)', rf"\g<1>{prefix}-", text)
    look = f'class="{theme}" role="img" aria-label="{name}"'
    return re.sub(r'width="[^"]*" height="[^"]*"', look, text, count=1)


def _variables(theme: Theme) -> str:
    return " ".join(f"--{name}: {getattr(theme, name)};" for name in _COLOURS)
