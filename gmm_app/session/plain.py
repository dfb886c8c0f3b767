"""Objects as plain JSON values and back, by their fields, with arrays laid aside.

One rule for files of other versions: a field that a file lacks has its default; a field that this
program does not know is passed over if it says nothing (null, false, zero or empty), and otherwise
the file is refused, since it asks for something that this program cannot do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from gmm_app.errors import SessionError
from gmm_app.mixture.transform_words import transform_of_json
from gmm_app.mixture.transforms import Transform
from gmm_app.session.archive import ArrayReader, ArrayWriter

_NO_NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
_NEWER = "This session was written by a newer version of this program: update this one."


def to_plain(value: Any, arrays: ArrayWriter, without: tuple[str, ...] = ()) -> Any:
    """A value of plain fields as JSON has it.

    Parameters
    ----------
    value : None, numbers, texts, enums, arrays, and tuples, mappings with texts for keys,
        NamedTuples and dataclasses of such.
    arrays : takes the arrays.
    without : fields of `value` that are left out.
    """
    if isinstance(value, np.ndarray):
        return arrays.put(value)
    if isinstance(value, Transform):
        return value.as_json()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    names = _field_names(type(value))
    if names:
        kept = [name for name in names if name not in without]
        return {name: to_plain(getattr(value, name), arrays) for name in kept}
    if isinstance(value, Mapping):
        return {name: to_plain(inner, arrays) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(inner, arrays) for inner in value]
    return value


def from_plain(kind: Any, plain: Any, arrays: ArrayReader, **given: Any) -> Any:
    """The value of that type; the inverse of `to_plain`.

    Parameters
    ----------
    kind : a type, as annotations have it.
    plain : what JSON has.
    arrays : has the arrays.
    given : fields that do not stand in `plain`.

    Raises
    ------
    ValueError, TypeError
        It is no such value.
    SessionError
        It has a field that this program does not know.
    """
    origin = get_origin(kind)
    if kind is Any:
        return plain
    if kind is Transform:
        return transform_of_json(plain)
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), plain, arrays)
    if origin is Literal:
        return _checked(plain, plain in get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind), plain, arrays)
    if kind is np.ndarray or origin is np.ndarray:
        return _array(kind, plain, arrays)
    if origin is dict:
        _checked(plain, isinstance(plain, dict))
        inner = get_args(kind)[1]
        return {name: from_plain(inner, value, arrays) for name, value in plain.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if _field_names(kind):
        return _object(kind, plain, arrays, given)
    return _scalar(kind, plain)


def _field_names(kind: type) -> tuple[str, ...]:
    if is_dataclass(kind):
        return tuple(item.name for item in fields(kind))
    named: tuple[str, ...] = getattr(kind, "_fields", ())
    return named


def _defaults(kind: type) -> set[str]:
    if is_dataclass(kind):
        optional = (
            item.default is not MISSING or item.default_factory is not MISSING
            for item in fields(kind)
        )
        return {name for name, has in zip(_field_names(kind), optional, strict=True) if has}
    return set(getattr(kind, "_field_defaults", ()))


def _object(kind: type, plain: Any, arrays: ArrayReader, given: dict[str, Any]) -> Any:
    if not isinstance(plain, dict):
        raise ValueError(f"no {kind.__name__}")
    hints = get_type_hints(kind)
    names = set(_field_names(kind))
    if any(value for name, value in plain.items() if name not in names):
        raise SessionError(_NEWER)
    values = dict(given)
    for name in names - given.keys():
        if name in plain:
            values[name] = from_plain(hints[name], plain[name], arrays)
        elif name not in _defaults(kind):
            raise ValueError(f"{kind.__name__} without {name}")
    return _makers().get(kind, kind)(**values)


def _makers() -> dict[type, Callable[..., Any]]:
    """Types that are not made from their fields as they are."""
    # Imported here because it brings Numba along, which the start of the window must not.
    from gmm_app.mixture.covariance import family_named
    from gmm_app.mixture.mixture import Mixture

    def mixture(compact: Any, family: str, **others: Any) -> Mixture:
        made = Mixture(covariances=family_named(family).matrices(compact), family=family, **others)
        _ = made.structure  # raises where a covariance is singular
        return made

    return {Mixture: mixture}


def _one_of(kinds: tuple[Any, ...], plain: Any, arrays: ArrayReader) -> Any:
    if plain is None and NoneType in kinds:
        return None
    for kind in kinds:
        if kind is not NoneType:
            try:
                return from_plain(kind, plain, arrays)
            except (ValueError, TypeError):
                continue
    raise ValueError("none of what it may be")


def _tuple(kinds: tuple[Any, ...], plain: Any, arrays: ArrayReader) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise ValueError("no list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(plain)
    return tuple(from_plain(kind, value, arrays) for kind, value in zip(kinds, plain, strict=True))


def _array(kind: Any, plain: Any, arrays: ArrayReader) -> Any:
    array = arrays.get(plain)
    scalar = get_args(get_args(kind)[1])[0]
    # Of either precision: a table may be of float32.
    return _checked(array, np.issubdtype(array.dtype, scalar.__mro__[1]))


def _scalar(kind: type, plain: Any) -> Any:
    if kind is float:
        if isinstance(plain, str):
            return _NO_NUMBERS[plain]
        return float(_checked(plain, type(plain) in (int, float)))
    if kind in (int, str, bool, NoneType):
        return _checked(plain, type(plain) is kind)
    raise TypeError(f"{kind} is no plain type")


def _checked(value: Any, is_right: bool) -> Any:
    if not is_right:
        raise ValueError(f"not {value!r:.40}")
    return value
