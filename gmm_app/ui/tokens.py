"""The colours and measures of the window: the one place they are named, for both themes.

Component colours are those of Okabe & Ito (2008), which stay apart for colour-blind eyes; the
seventh component starts the list again with another dash.
"""

from __future__ import annotations

from dataclasses import dataclass

SPACING = 8
"""Pixels between neighbours; margins are multiples or halves of it."""

RADIUS = 6
"""Pixels by which the corners of cards are rounded."""


@dataclass(frozen=True)
class Theme:
    """One theme's colours, as "#rrggbb".

    Attributes
    ----------
    name : "light" or "dark".
    ground : behind the cards.
    card : of the cards that hold panels and plots.
    field : behind editors, on a card or on the ground.
    line : 1-pixel borders and grids.
    text, dim : values, and the labels beside them.
    faint : labels of what cannot be used now.
    quiet : data: histograms, points, starts that are over.
    accent : what acts or moves.
    accent_hover : the accent under the pointer.
    on_accent : text on the accent colour.
    selection : behind a selected row.
    hover : behind a button under the pointer.
    track : the empty part of a bar.
    thumb : the handle of a scroll bar.
    error : the mark of a notice that something failed.
    components : the components' colours, in order.
    on_component : text on a component's colour.
    """

    name: str
    ground: str
    card: str
    field: str
    line: str
    text: str
    dim: str
    faint: str
    quiet: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    hover: str
    track: str
    thumb: str
    error: str
    components: tuple[str, ...]
    on_component: str

    def component_colour(self, i: int) -> str:
        """Colour of component `i` (from 0); the list repeats after its end."""
        return self.components[i % len(self.components)]

    def text_on_component(self, i: int) -> str:
        """Colour of a number on component `i`'s own: `on_component`, or dark on pale ones."""
        return _DARK_TEXT if self.component_colour(i) in _PALE else self.on_component

    def component_dash(self, i: int) -> int:
        """How often the colours have repeated before component `i`: 0 solid, then other dashes."""
        return i // len(self.components)


_DARK_TEXT = "#1d2430"
_PALE = frozenset({"#CC79A7", "#E69F00", "#56B4E9"})
"""Component colours on which dark numbers read better than white ones."""

LIGHT = Theme(
    name="light",
    ground="#f4f5f7",
    card="#ffffff",
    field="#ffffff",
    line="#dfe2e7",
    text="#1d2430",
    dim="#667085",
    faint="#8d95a5",
    quiet="#667085",
    accent="#0b6bcb",
    accent_hover="#095cae",
    on_accent="#ffffff",
    selection="#e4eef9",
    hover="#eceff3",
    track="#e8eaef",
    thumb="#cdd2da",
    error="#b42318",
    components=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    on_component="#ffffff",
)

DARK = Theme(
    name="dark",
    ground="#15181d",
    card="#1c2026",
    field="#22272e",
    line="#2c323b",
    text="#e6e9ee",
    dim="#98a2b3",
    faint="#7b8596",
    quiet="#98a2b3",
    accent="#4aa3ff",
    accent_hover="#6cb5ff",
    on_accent="#0d1117",
    selection="#213040",
    hover="#272d36",
    track="#2a3039",
    thumb="#3d4550",
    error="#ff8a80",
    components=("#4aa3e0", "#ff8a4c", "#2fc79a", "#e59ac5", "#f2b53b", "#7cc9f5"),
    on_component="#15181d",
)
