"""The command line: `gmm-app [FILE]` opens the window; fit, predict and sample work without one."""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from gmm_app import __version__
from gmm_app.cli.inputs import Rows
from gmm_app.cli.options import with_fit_options
from gmm_app.cli.reading_options import with_rows
from gmm_app.cli.terminal import accept_any_text, complain, flush, give_up_output, refused
from gmm_app.errors import GmmError, OptionError
from gmm_app.fitting.options import SELECTION_DEFAULTS, FitOptions

_BAD_INPUT = 2
_INTERRUPTED = 130
_MOST_ROWS = 1_000_000_000
# Typer carries a Click of its own since 0.26; this base of all its usage errors is either's.
_UsageError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

app = typer.Typer(
    name="gmm-app",
    help="Find Gaussian mixtures in your data. Without a command: open the window.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ModelFile = Annotated[
    Path,
    typer.Argument(metavar="MODEL", help="A model file, or mclust's fit as R's dput writes it."),
]
TableFile = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Where to write: .csv, .tsv, .xlsx, .parquet, .arrow, .h5 or .fcs.",
    ),
]


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code: 0, 2 for bad usage or input, 130 when interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in {*_command_names(), "--help", "--version"}:
        arguments.insert(0, "open")
    accept_any_text()
    try:
        code = app(arguments, prog_name="gmm-app", standalone_mode=False)
        flush()
    except _UsageError as error:
        return _complain(error.format_message())
    except GmmError as error:
        return _complain(str(error))
    except MemoryError:
        return _complain("There is not enough memory for that: take fewer rows or columns.")
    except (SystemExit, BrokenPipeError):
        # Whoever read the output has gone, so there is nobody to tell; Typer then ends the program.
        give_up_output()
        return _BAD_INPUT
    except OSError as error:
        give_up_output()
        return _complain(refused(error))
    except typer.Abort:
        return _INTERRUPTED
    return int(code or 0)


def _command_names() -> list[str]:
    return [str(command.name) for command in app.registered_commands]


def _complain(message: str) -> int:
    complain(message)
    return _BAD_INPUT


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"GMM Studio {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Find Gaussian mixtures in your data. Without a command: open the window."""


@app.command("open")
@with_fit_options
def open_window(
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="[FILE]", help="A data file or a session to open."),
    ] = None,
    *,
    fit: Annotated[bool, typer.Option("--fit", help="Start the fit at once.")] = False,
    install_desktop: Annotated[
        bool, typer.Option("--install-desktop", help="Put the program in your desktop's menu.")
    ] = False,
    options: dict[str, Any],
) -> int:
    """Open the window, which is also what happens without a command."""
    if install_desktop:
        return _install_desktop()
    import os

    from gmm_app.display import display_available

    if not display_available(os.environ):
        return _without_display(file, options, fit=fit)
    from gmm_app.app import Launch, run

    path = None if file is None else str(file)
    return run(Launch(path, fit, FitOptions(**options)))


def _install_desktop() -> int:
    from gmm_app.desktop import install_desktop

    for path in install_desktop():
        print(f"Wrote {path}")
    return 0


def _without_display(file: Path | None, options: dict[str, Any], *, fit: bool) -> int:
    """The window's main job where there is no screen: fit, say what was found, draw it."""
    if file is None or not fit:
        raise OptionError("There is no display for a window: use 'gmm-app fit FILE' instead.")
    print("There is no display for a window: fitting without one.")
    from gmm_app.cli.fitting import run_fit
    from gmm_app.cli.outputs import Outputs

    outputs = Outputs(model=Path("model.json"), plot=Path("fit.png"))
    return run_fit(Rows(file), FitOptions(**options), outputs, as_json=False)


@app.command("fit")
@with_fit_options
@with_rows
def fit_command(  # noqa: PLR0913  (one argument for each option of the command)
    rows: Rows,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", metavar="MODEL.json|.py|.R|.m", help="Write the model."),
    ] = None,
    parameters: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--parameters", metavar="FILE", help="Write the components' numbers."),
    ] = None,
    labels: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--labels", metavar="FILE", help="Write each row's component."),
    ] = None,
    plot: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--plot", metavar="FILE.png|.svg|.pdf", help="Draw the fit."),
    ] = None,
    plot_size: Annotated[
        str,
        typer.Option(
            "--plot-size", metavar="SIZE", help="single, double, slide, or millimetres: 120x80."
        ),
    ] = "double",
    report: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--report", metavar="FILE.html|.pdf|.txt", help="Write all about the fit, with plots."
        ),
    ] = None,
    bootstrap: Annotated[
        int,
        typer.Option(
            "--bootstrap", metavar="DRAWS", help="Say how sure the parameters are: 999 draws, say."
        ),
    ] = 0,
    options: dict[str, Any],
) -> int:
    """Fit a mixture to the rows of a data file."""
    from gmm_app.cli.fitting import run_fit
    from gmm_app.cli.outputs import Outputs

    outputs = Outputs(out, parameters, labels, plot, report, plot_size)
    return run_fit(rows, FitOptions(**options), outputs, as_json=json, n_draws=bootstrap)


@app.command("select")
@functools.partial(with_fit_options, defaults=SELECTION_DEFAULTS)
@with_rows
def select_command(  # noqa: PLR0913  (one argument for each option of the command)
    rows: Rows,
    *,
    n_components: Annotated[
        str, typer.Option("-k", "--components", help="How many components: 3, 1:9 or 2,4,8.")
    ] = "1:9",
    family: Annotated[
        str, typer.Option("--families", help="Names with commas between, or all.")
    ] = "all",
    criterion: Annotated[
        str,
        typer.Option(
            "--criterion",
            help="bic, icl, aic or cv (ten-fold cross-validation, slow); lower is better.",
        ),
    ] = "bic",
    jobs: Annotated[
        int, typer.Option("--jobs", help="Processes that fit side by side, for few rows.")
    ] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", metavar="MODEL.json|.py|.R|.m", help="Write the best model."),
    ] = None,
    options: dict[str, Any],
) -> int:
    """Choose the number of components and the covariance family of a data file's rows."""
    from gmm_app.cli.selecting import component_counts, run_select

    families = "all" if family == "all" else [name.strip() for name in family.split(",")]
    asked = {"families": families, "criterion": criterion, "n_jobs": jobs, **options}
    asked["n_components"] = component_counts(n_components)
    return run_select(rows, asked, out, as_json=json)


@app.command("predict")
@functools.partial(with_rows, choices=("where",))
def predict_command(model: ModelFile, rows: Rows, *, out: TableFile) -> int:
    """Give each row of a data file to a component of a model."""
    from gmm_app.cli.outputs import check_places
    from gmm_app.data.writing import format_of, write_labels
    from gmm_app.mixture.model_file import load_mixture

    check_places([out], [model, rows.file])
    format_of(out)
    mixture = load_mixture(model)
    write_labels(replace(rows, columns=list(mixture.columns)).read()[0], mixture, out)
    return 0


@app.command("sample")
def sample_command(
    model: ModelFile,
    rows: Annotated[
        int, typer.Option("-n", "--rows", min=1, max=_MOST_ROWS, help="How many rows.")
    ],
    out: TableFile,
    seed: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--seed", min=0, help="The same seed draws the same rows."),
    ] = None,
) -> int:
    """Draw new rows from a model."""
    from gmm_app.cli.outputs import check_places
    from gmm_app.data.writing import format_of, write_rows
    from gmm_app.mixture.model_file import load_mixture

    check_places([out], [model])
    format_of(out)
    mixture = load_mixture(model)
    write_rows(mixture.sample(rows, seed), mixture.columns, out)
    return 0
