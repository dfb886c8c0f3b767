"""The command line's options of which rows are read, and how."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from gmm_app.cli.inputs import Rows
from gmm_app.data.import_options import IMPORT_FIELDS, ImportField, ImportOptions
from gmm_app.errors import DataError, OptionError

_FILE = Annotated[
    Path, typer.Argument(metavar="FILE", help="A data file, a pattern of files, or - for a pipe.")
]
# By the name of the field of Rows.
_CHOICES: dict[str, tuple[Any, Any]] = {
    "columns": (
        Annotated[
            Optional[str],  # noqa: UP045  (typer reads the annotation at run time)
            typer.Option("--columns", help="Names of the columns to use, with commas between."),
        ],
        None,
    ),
    "missing": (
        Annotated[
            str,
            typer.Option(
                "--missing",
                help="Rows that lack values: keep them, by what they have, or drop them.",
            ),
        ],
        "keep",
    ),
    "weights": (
        Annotated[
            Optional[str],  # noqa: UP045
            typer.Option("--weights", metavar="COLUMN", help="How many times each row counts."),
        ],
        None,
    ),
    "known": (
        Annotated[
            Optional[str],  # noqa: UP045
            typer.Option(
                "--known",
                metavar="COLUMN",
                help="Words or whole numbers: the component a row is from.",
            ),
        ],
        None,
    ),
    "where": (
        Annotated[
            str,
            typer.Option(
                "--where",
                metavar="CONDITION",
                help="Take only such rows: 'CD4 > 200 and CD8 < 400'.",
            ),
        ],
        "",
    ),
    "transforms": (
        Annotated[
            str,
            typer.Option(
                "--transform",
                metavar="COLUMN=KIND,...",
                help="What columns are fitted under: standardise, log, logit (:LOW:HIGH), arcsinh "
                "(:COFACTOR) or boxcox, as in CD4=log,CD8=arcsinh:150; or one of them for all "
                "columns.",
            ),
        ],
        "",
    ),
}
_KINDS = Annotated[
    str,
    typer.Option(
        "--read-as",
        metavar="COLUMN=KIND,...",
        help="What columns hold, number or text, where that is not what is found: id=text.",
    ),
]


def with_rows(command: Callable[..., int], choices: Sequence[str] = ()) -> Callable[..., int]:
    """Replace a command's `rows` argument by FILE and options, of which it gets the Rows.

    Parameters
    ----------
    command : has an argument `rows`.
    choices : fields of Rows that the command line may set, beside the file and how it is read; all
        of them where none is given.
    """
    hints = typing.get_type_hints(command, include_extras=True)
    parameters = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name == "rows":
            place = parameter.kind
            parameters.append(inspect.Parameter("file", place, annotation=_FILE))
        else:
            parameters.append(parameter.replace(annotation=hints[name]))
    chosen = choices or tuple(_CHOICES)
    own = [_keyword(name, *_CHOICES[name]) for name in chosen]
    reading = [_keyword("read_as", _KINDS, "")]
    reading += [_import_parameter(name, field) for name, field in IMPORT_FIELDS.items()]

    @functools.wraps(command)
    def wrapper(*args: Any, **given: Any) -> int:
        options = _import_options({p.name: given.pop(p.name) for p in reading})
        rows = _rows(given.pop("file"), {name: given.pop(name) for name in chosen}, options)
        return command(*args, rows=rows, **given)

    parameters += [*own, *reading]
    del wrapper.__wrapped__
    wrapper.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
    return wrapper


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def _import_parameter(name: str, field: ImportField) -> inspect.Parameter:
    help_text = field.help
    if field.choices and not field.is_yes_or_no:
        words = ", ".join(field.words)
        help_text = f"{help_text} {'Such as' if field.open else 'One of'}: {words}."
    kind: Any = bool if field.is_yes_or_no else str
    flag = f"{field.flag}/--no-{field.flag[2:]}" if field.is_yes_or_no else field.flag
    metavar = None if field.is_yes_or_no else field.label.split()[0].upper()
    option = typer.Option(flag, metavar=metavar, help=help_text)
    return _keyword(f"import_{name}", Annotated[kind | None, option], None)


def _import_options(given: dict[str, Any]) -> ImportOptions:
    read_as = given.pop("read_as")
    values = {
        name.removeprefix("import_"): value for name, value in given.items() if value is not None
    }
    options = {name: _understood(name, value) for name, value in values.items()}
    return ImportOptions(**options, kinds=_pairs(read_as))


def _understood(name: str, value: Any) -> Any:
    """What a word of the command line stands for."""
    if name == "skip":
        if not value.isdecimal():
            raise DataError(f"--skip cannot be '{value}': give a whole number of lines.")
        return int(value)
    if name == "missing":
        return tuple(word.strip() for word in value.split(","))
    field = IMPORT_FIELDS[name]
    if value not in field.choices and value not in field.words and not field.open:
        raise DataError(f"{field.flag} cannot be '{value}': give {', '.join(field.words)}.")
    return field.words.get(value, value)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in filter(None, text.split(",")):
        name, _, kind = pair.rpartition("=")
        if kind not in ("number", "text") or not name.strip():
            raise DataError(f"--read-as cannot be '{pair}': give COLUMN=number or COLUMN=text.")
        pairs.append((name.strip(), kind))
    return tuple(pairs)


def _rows(file: Path, choices: dict[str, Any], options: ImportOptions) -> Rows:
    if choices.get("missing", "keep") not in ("keep", "drop"):
        raise OptionError(f"--missing cannot be '{choices['missing']}': give keep or drop.")
    columns = choices.pop("columns", None)
    names = None if columns is None else _names(columns)
    return Rows(file, names, options=options, **choices)


def _names(columns: str) -> list[str]:
    names = [name.strip() for name in columns.split(",") if name.strip()]
    if not names:
        raise DataError("--columns names no column: give names with commas between.")
    return names
