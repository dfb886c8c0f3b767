"""The command line's options of a fit, made from FitOptions."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from dataclasses import Field
from typing import Annotated, Any

import typer

from gmm_app.fitting.options import FitOptions, OptionField, option_fields


def with_fit_options(
    command: Callable[..., int], defaults: dict[str, Any] | None = None
) -> Callable[..., int]:
    """Replace a command's `options` argument by one command-line option per field of FitOptions.

    The command gets `options` as a dictionary of the fields, ready for FitOptions(**options). A
    field that the command has an argument of its own for is left to it; `defaults` are those that
    differ for this command.
    """
    hints = typing.get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "options"
    ]
    taken = {name for name in hints if name != "options"}
    added = [
        _parameter(item, option, (defaults or {}).get(item.name, item.default))
        for item, option in option_fields()
        if item.name not in taken
    ]

    @functools.wraps(command)
    def wrapper(*args: Any, **given: Any) -> int:
        options = {parameter.name: given.pop(parameter.name) for parameter in added}
        return command(*args, **given, options=options)

    parameters = [*own, *added]
    del wrapper.__wrapped__
    wrapper.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
    return wrapper


def _parameter(item: Field[Any], option: OptionField, default: Any) -> inspect.Parameter:
    """One keyword parameter as typer reads it; bounds are checked by FitOptions itself."""
    kind: Any = typing.get_type_hints(FitOptions)[item.name]
    described = option.help
    if option.choices:
        described = f"{described} One of: {', '.join(option.choices)}."
    annotation = Annotated[kind, typer.Option(*option.flags, help=described)]
    return inspect.Parameter(
        item.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
