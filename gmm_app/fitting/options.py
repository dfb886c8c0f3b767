"""The options of a fit: one frozen object, from which forms and command line are made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any

import numpy as np

from gmm_app.errors import OptionError
from gmm_app.fitting.convergence import STOP_RULES
from gmm_app.mixture.covariance import FAMILIES, family_named

INITIALIZERS = {
    "kmeans++": "k-means++",
    "hierarchical": "merged groups",
    "random_rows": "random rows",
    "random_partition": "random groups",
    "uniform": "uniform",
}

SELECTION_DEFAULTS: dict[str, Any] = {"n_init": 1, "init": "hierarchical"}
"""Options that differ where many families and numbers of components are fitted."""


@dataclass(frozen=True)
class OptionField:
    """What a form, the command line and a check need to know of one option.

    Attributes
    ----------
    label : two or three plain words.
    help : one plain sentence with the field's term.
    flags : the command line's names.
    minimum, maximum : inclusive bounds of a number, None for none.
    choices : value -> words, for an option with few values; empty for a number or a yes or no.
    sentences : value -> one plain sentence about it, for some choices.
    unit : words that follow the number, or the tick, in a form.
    primary : shown in the toolbar; the others stand in the model panel.
    seldom : folded away there at first.
    nullable : None is allowed and means `none_text`.
    """

    label: str
    help: str
    flags: tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None
    choices: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    primary: bool = False
    seldom: bool = False
    nullable: bool = False
    none_text: str = ""
    normalise: Callable[[Any], Any] | None = None


def _option(default: Any, **described: Any) -> Any:
    return field(default=default, metadata={"option": OptionField(**described)})


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """How a mixture is looked for.

    Every field carries an `OptionField` (see `option_fields`). A value outside its bounds raises
    OptionError with the field's label and the bounds.
    """

    n_components: int = _option(
        3,
        label="Components",
        help="How many Gaussians the mixture has (K).",
        flags=("-k", "--components"),
        minimum=1,
        maximum=1000,
        primary=True,
    )
    family: str = _option(
        "VVV",
        label="Covariance",
        help="What the components' covariances may be (covariance family).",
        flags=("--family",),
        choices={
            name: f"{name} \N{MIDDLE DOT} {family.title}" for name, family in FAMILIES.items()
        },
        sentences={name: family.description for name, family in FAMILIES.items()},
        primary=True,
        normalise=lambda name: family_named(name).name,
    )
    n_init: int = _option(
        8,
        label="Starts",
        help="How many times EM starts afresh; the best end is kept (n_init).",
        flags=("--starts",),
        minimum=1,
        maximum=10_000,
        primary=True,
    )
    init: str = _option(
        "kmeans++",
        label="Start from",
        help="How the first components of each start are placed (initialiser).",
        flags=("--init",),
        choices=INITIALIZERS,
    )
    short_runs: int = _option(
        1,
        label="Short runs",
        help="How many beginnings are drawn for each start and tried with a few EM steps; the best "
        "of them goes on (short_runs).",
        flags=("--short-runs",),
        minimum=1,
        maximum=1000,
        seldom=True,
    )
    tol: float = _option(
        1e-7,
        label="Stop at gain",
        help="Stop when an iteration gains no more than this in mean log-likelihood per row (tol). "
        "0 means: until it no longer rises.",
        flags=("--tol",),
        minimum=0.0,
        maximum=1.0,
    )
    stop_rule: str = _option(
        "gain",
        label="Judged by",
        help="What must be as small as that: the gain of an iteration per row, as a share of the "
        "log-likelihood, or all that is still to come if gains go on to shrink as they do (Aitken; "
        "stop_rule).",
        flags=("--stop-rule",),
        choices=STOP_RULES,
        seldom=True,
    )
    max_iter: int = _option(
        1000,
        label="At most",
        help="The most iterations that one start may take (max_iter).",
        flags=("--max-iter",),
        unit="iterations",
        minimum=1,
        maximum=10_000_000,
    )
    reg_covar: float = _option(
        1e-9,
        label="Regularise",
        help="Added to each variance, as a share of the column's variance, to keep components "
        "from collapsing (reg_covar).",
        flags=("--reg-covar",),
        unit="\N{MULTIPLICATION SIGN} variance",
        minimum=0.0,
        maximum=1.0,
    )
    noise: bool = _option(
        False,
        label="Noise",
        help="Let rows that belong to no component be noise, spread evenly over the data's box "
        "(noise).",
        flags=("--noise/--no-noise",),
        unit="uniform",
        seldom=True,
    )
    prior: bool = _option(
        False,
        label="Prior",
        help="Lay a weak prior on means and covariances (Fraley & Raftery 2007), so that no "
        "component collapses: the mode of the posterior is looked for (prior).",
        flags=("--prior/--no-prior",),
        unit="weak",
        seldom=True,
    )
    reseed: bool = _option(
        False,
        label="Reseed",
        help="Give a component that collapses, onto a few rows or equal values, another beginning, "
        "up to five times in each start (reseed).",
        flags=("--reseed/--no-reseed",),
        unit="collapsed",
        seldom=True,
    )
    accelerate: bool = _option(
        True,
        label="Accelerate",
        help="Take longer steps than EM's between its own, where they do not lower the "
        "log-likelihood: the same optimum in fewer passes over the rows (accelerate).",
        flags=("--accelerate/--no-accelerate",),
        unit="longer steps",
        seldom=True,
    )
    prefix: bool = _option(
        True,
        label="Begin small",
        help="With many rows, begin each start on random samples of them, from small to large, and "
        "finish it on all rows (prefix).",
        flags=("--prefix/--no-prefix",),
        unit="on samples",
        seldom=True,
    )
    seed: int | None = _option(
        None,
        label="Seed",
        help="The number that fixes all random draws: the same seed gives the same result.",
        flags=("--seed",),
        minimum=0,
        maximum=2**63 - 1,
        nullable=True,
        none_text="random",
    )
    n_threads: int | None = _option(
        None,
        label="Threads",
        help="How many CPU cores compute (n_threads). The result does not depend on it.",
        flags=("--threads",),
        minimum=1,
        maximum=1024,
        nullable=True,
        none_text="all cores",
        seldom=True,
    )
    polite: bool = _option(
        False,
        label="Be polite",
        help="Leave one CPU core to other programs (polite). The result does not depend on it.",
        flags=("--polite/--no-polite",),
        unit="one core free",
        seldom=True,
    )

    def __post_init__(self) -> None:
        for item, option in option_fields():
            value = getattr(self, item.name)
            if option.normalise is not None:
                value = option.normalise(value)
            object.__setattr__(self, item.name, _checked(item, option, value))


def options_from(given: dict[str, Any]) -> FitOptions:
    """Options by their names.

    Raises
    ------
    TypeError
        There is no option of that name.
    OptionError
        A value is out of bounds.
    """
    known = [item.name for item in fields(FitOptions)]
    for name in given:
        if name not in known:
            raise TypeError(f"there is no option {name!r}: the options are {', '.join(known)}")
    return FitOptions(**given)


def option_fields() -> list[tuple[Field[Any], OptionField]]:
    """The fields of FitOptions in order, each with its description."""
    return [(item, item.metadata["option"]) for item in fields(FitOptions)]


def is_yes_or_no(item: Field[Any]) -> bool:
    """Whether an option is either on or off."""
    return str(item.type) == "bool"


def _checked(item: Field[Any], option: OptionField, value: Any) -> Any:
    if value is None and option.nullable:
        return None
    if option.choices:
        if not isinstance(value, str) or value not in option.choices:
            raise OptionError(
                f"{option.label} cannot be {value!r}: choose {', '.join(option.choices)}."
            )
        return value
    if is_yes_or_no(item):
        if not isinstance(value, bool | np.bool_):
            raise OptionError(f"{option.label} cannot be {value!r}: give True or False.")
        return bool(value)
    return _checked_number(option, value, whole="int" in str(item.type))


def _checked_number(option: OptionField, value: Any, *, whole: bool) -> int | float:
    wanted = "a whole number" if whole else "a number"
    try:
        number = int(value) if whole else float(value)
        sound = number == value and not isinstance(value, bool | str) and math.isfinite(number)
    except (TypeError, ValueError, OverflowError):
        sound = False
    if not sound:
        raise OptionError(f"{option.label} cannot be {value!r}: give {wanted}.")
    low = -math.inf if option.minimum is None else option.minimum
    high = math.inf if option.maximum is None else option.maximum
    if not low <= number <= high:
        raise OptionError(
            f"{option.label} cannot be {number:,}: give {wanted} from {option.minimum:,} "
            f"to {option.maximum:,}."
        )
    return number
