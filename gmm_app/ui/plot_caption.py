"""The sentence under the scatter plot: what is drawn, sampled, binned or out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from gmm_app.inspection.ellipses import mass_within
from gmm_app.ui.mixture_items import MOST_FILLED, MOST_NUMBERED
from gmm_app.ui.number_text import count

# From here on some components' inner ellipses are dashed too, so width tells the two apart.
_COLOURS = 6


def of_density(n_in_view: int, n_samples: int) -> str:
    """For a density image that shows `n_in_view` of the rows."""
    return f"Density of {_part(n_in_view, n_samples)}, log scale."


def of_histogram(
    n_in_view: int, n_samples: int, n_components: int, bent_by: Sequence[str] = ()
) -> str:
    """For a histogram of one column, with curves where there is a mixture.

    Parameters
    ----------
    n_in_view, n_samples, n_components : how many there are.
    bent_by : what the mixture's units are, where they are not the column's own.
    """
    text = f"Histogram of {_part(n_in_view, n_samples)}."
    if n_components:
        text += " Coloured lines are the components, the line behind them is their sum"
        text += f"{_bent(bent_by)}."
    return text


def of_points(n_in_view: int, n_drawn: int, n_samples: int) -> str:
    """For points, of which `n_drawn` stand for all rows and `n_in_view` are in sight."""
    if n_drawn < n_samples:
        text = f"{n_drawn:,} of {count(n_samples, 'row')} drawn, chosen at random"
    else:
        text = f"All {count(n_samples, 'row')} drawn" if n_samples > 1 else "1 row drawn"
    hidden = n_drawn - n_in_view
    return f"{text}, {hidden:,} of them out of view." if hidden else f"{text}."


def of_ellipses(sigmas: tuple[float, float], n_components: int, bent_by: Sequence[str] = ()) -> str:
    """What the two ellipses of each component mean; nothing without components.

    Parameters
    ----------
    sigmas, n_components : of the ellipses.
    bent_by : what the mixture's units are, where they are not the columns' own.
    """
    if not n_components:
        return ""
    inner, outer = (f"{100 * mass_within(s):.0f}%" for s in sigmas)
    if n_components > MOST_FILLED:
        numbers = " Only the chosen one is numbered." if n_components > MOST_NUMBERED else ""
        return f" Ellipses hold {inner} of each component{_bent(bent_by)}.{numbers}"
    lines = ("solid", "dashed") if n_components <= _COLOURS else ("thick", "thin")
    each = f"{inner} ({lines[0]}) and {outer} ({lines[1]}) of each component"
    return f" Ellipses hold {each}{_bent(bent_by)}."


def of_gaps(n_rows: int) -> str:
    """For rows that the fit uses, but that cannot be drawn in these columns."""
    return f" {count(n_rows, 'row')} without a value here." if n_rows else ""


def _bent(by: Sequence[str]) -> str:
    return f", bent by {' and '.join(by)}" if by else ""


def _part(n_in_view: int, n_samples: int) -> str:
    if n_in_view == n_samples:
        return count(n_samples, "row")
    return f"{n_in_view:,} of {count(n_samples, 'row')}, those in view"
