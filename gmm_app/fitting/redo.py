"""How a fit is done again: lines of Python and a command line that give the same numbers."""

from __future__ import annotations

import glob
import os
import pprint
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

from gmm_app.data.import_options import AS_FOUND, IMPORT_FIELDS, ImportOptions
from gmm_app.fitting.options import OptionField, is_yes_or_no, option_fields
from gmm_app.fitting.result import FitResult

_WIDTH = 84
# What the command line can say of how the file is read.
_READING_FLAGS = {
    "missing": "--missing",
    "weights": "--weights",
    "known": "--known",
    "where": "--where",
    "transforms": "--transform",
}
# Said even where they are as usual: what a reader looks for first.
_ALWAYS = ("n_components", "family", "seed")


def python_lines(result: FitResult) -> str:
    """A script that does the fit again; for rows that came from no file, without how to get them.

    What was given beside such rows (`known`, `start`, `held`, transforms) is named in a comment.
    """
    wanted = {item.name: value for item, _, value in _asked(result)}
    if _file_name(result) is None:
        n, d = result.dataset.X.shape
        lines = [f"data = ...  # the {n:,} x {d:,} numbers that were fitted"]
    else:
        lines = [f"data = {_call('gm.read', _read_arguments(result))}"]
    arguments = ["data", *(f"{name}={value!r}" for name, value in wanted.items())]
    lines.append(f"result = {_call('gm.fit', arguments)}")
    lines += [f"# {sentence}" for sentence in _unsaid(result)]
    lines.append(f"print(result.log_likelihood)  # {result.log_likelihood!r}")
    imports = ["import gmm_app as gm"]
    if "options" in _said(result):
        imports.append("from gmm_app.data.import_options import ImportOptions")
    return "\n".join([*imports, "", *lines])


def command_line(result: FitResult) -> str:
    """The command that does the fit again; "" where the command line cannot say it."""
    file = _file_name(result)
    columns, reading = result.columns, result.dataset.read_options
    if file is None or _unsaid(result) or not reading.keys() <= {*_READING_FLAGS, "options"}:
        return ""
    if any("," in name or name.strip() != name for name in columns):
        return ""
    words = ["gmm-app", "fit", f"./{file}" if file.startswith("-") else file]
    words += ["--columns", ",".join(columns)]
    for name, value in reading.items():
        words += (
            _import_flags(value) if name == "options" else [_READING_FLAGS[name], _in_words(value)]
        )
    for item, option, value in _asked(result):
        words += _flag(item, option, value)
    return shlex.join(words)


def _import_flags(options: ImportOptions) -> list[str]:
    """How the file is read, as the command line has it."""
    words = []
    for name, field in IMPORT_FIELDS.items():
        value = getattr(options, name)
        if value == getattr(AS_FOUND, name):
            continue
        if field.is_yes_or_no:
            words.append(field.flag if value else f"--no-{field.flag[2:]}")
        else:
            named = {kept: typed for typed, kept in field.words.items()}
            text = ",".join(value) if name == "missing" else str(named.get(value, value))
            words += [field.flag, text]
    if options.kinds:
        words += ["--read-as", ",".join(f"{name}={kind}" for name, kind in options.kinds)]
    return words


def _in_words(value: Any) -> str:
    """What is read, as the command line has it."""
    if isinstance(value, dict):
        return ",".join(f"{name}={words}" for name, words in value.items())
    return str(value)


def _file_name(result: FitResult) -> str | None:
    """The file's name, or the pattern, without its folders; None for rows that are from none."""
    source = result.dataset.source
    is_file = "\0" not in source and os.path.isfile(source)
    return Path(source).name if is_file or glob.has_magic(Path(source).name) else None


def _said(result: FitResult) -> Mapping[str, Any]:
    """What lines say of how the rows are read; nothing where they are from no file."""
    return {} if _file_name(result) is None else result.dataset.read_options


def _asked(result: FitResult) -> Iterator[tuple[Field[Any], OptionField, Any]]:
    """Options that are not as usual, and those that are always said."""
    for item, option in option_fields():
        value = getattr(result.options, item.name)
        if item.name in _ALWAYS or value != item.default:
            yield item, option, value


def _unsaid(result: FitResult) -> list[str]:
    """What no line can say, since it was given as arrays, or with rows that are not read again."""
    dataset = result.dataset
    said = _said(result)
    given = {
        "known": dataset.known is not None and "known" not in said,
        "row_weights": dataset.weights is not None and "weights" not in said,
        f"transforms ({_in_words(dataset.transform_words)})": bool(dataset.transforms)
        and "transforms" not in said,
        "start and held": any(result.held),
    }
    return [f"and {name}, as they were given" for name, is_given in given.items() if is_given]


def _read_arguments(result: FitResult) -> list[str]:
    names = pprint.pformat(list(result.columns), width=_WIDTH, compact=True).replace("\n", "\n    ")
    more = [f"{name}={_value(given)}" for name, given in result.dataset.read_options.items()]
    return [repr(_file_name(result)), f"columns={names}", *more]


def _value(value: Any) -> str:
    if isinstance(value, ImportOptions):
        given = ", ".join(f"{name}={one!r}" for name, one in value.to_json().items())
        return f"ImportOptions({given})"
    return repr(value)


def _call(function: str, arguments: list[str]) -> str:
    """A call on one line if it is short, else an argument a line."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH and "\n" not in line:
        return line
    return "\n".join([f"{function}(", *(f"    {argument}," for argument in arguments), ")"])


def _flag(item: Field[Any], option: OptionField, value: Any) -> list[str]:
    if is_yes_or_no(item):
        yes, _, no = option.flags[0].partition("/")
        return [yes if value else no]
    return [option.flags[0], str(value)]
