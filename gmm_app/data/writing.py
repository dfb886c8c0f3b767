"""Results as CSV files: the parameters of a mixture, the labels and responsibilities of rows."""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.database import connect
from gmm_app.data.dataset import Dataset
from gmm_app.errors import Cancelled, ExportError
from gmm_app.files import atomic_write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.scoring import RowScores

_Append = Callable[[Iterable[NDArray[np.generic]]], None]


def write_parameters(mixture: Mixture, path: str | Path) -> None:
    """Write a mixture's parameters as CSV, one row per component.

    Columns: component (from 1), weight, mean_<column>, sd_<column> for each column of the data,
    then cov_<column>_<column> for the upper triangle of the covariance, diagonal included; a last
    row has the weight of noise, if there is any. Numbers come back bit for bit.

    Raises
    ------
    ExportError
        The file cannot be written there.
    """
    names = mixture.columns
    upper = np.triu_indices(mixture.n_features)
    header = [
        *("component", "weight"),
        *(f"mean_{name}" for name in names),
        *(f"sd_{name}" for name in names),
        *(f"cov_{names[i]}_{names[j]}" for i, j in zip(*upper, strict=True)),
    ]
    with atomic_write(path) as file:
        _write_row(file, _header(header, ()))
        for k in range(mixture.n_components):
            covariance = mixture.covariances[k]
            deviations = np.sqrt(np.diag(covariance))
            numbers = np.concatenate([mixture.means[k], deviations, covariance[upper]])
            _write_row(file, [k + 1, float(mixture.weights[k]), *numbers.tolist()])
        if mixture.noise is not None:
            _write_row(file, ["noise", mixture.noise.weight, *[""] * (len(header) - 2)])


def write_rows(rows: NDArray[np.float64], columns: Sequence[str], path: str | Path) -> None:
    """Write rows (n_samples, n_features) as CSV under the columns' names, bit for bit.

    Raises
    ------
    ExportError
        The file cannot be written there.
    """
    with _csv_file(path, [_safe(name) for name in columns]) as append:
        append(rows.T)


def write_labels(
    dataset: Dataset,
    mixture: Mixture,
    path: str | Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Write each row of the data with its component as CSV.

    Columns: row (its number in the source, from 1), the data's columns, label (the most probable
    component, from 1; 0 for noise), resp_1 ... resp_K and, where there is noise, resp_noise
    (responsibilities, which sum to 1), and log_density. Numbers come back bit for bit. A heading
    that would not be unique gets a number; one that a spreadsheet would take for a formula gets an
    apostrophe before it.

    Parameters
    ----------
    dataset : the rows, with as many columns as the mixture has.
    mixture : whose components the labels are.
    path : where to; an old file there is replaced in one step.
    on_progress : called now and then with the share that is done, from 0 to 1.
    cancelled : asked now and then whether to stop.

    Raises
    ------
    ExportError
        The file cannot be written there.
    ModelError, CollapseError
        The mixture does not suit the data, or has a singular covariance.
    Cancelled
        It was asked to stop; an old file at `path` is as it was.
    """
    resp = [f"resp_{k + 1}" for k in range(mixture.n_components)]
    own = ("label", *resp, *(["resp_noise"] if mixture.noise else []), "log_density")
    header = _header(("row", *own), dataset.columns)
    done = 0
    with _csv_file(path, header) as append:
        for scores in mixture.score_blocks(dataset.X):
            if cancelled is not None and cancelled():
                raise Cancelled("Stopped before the end, as asked: nothing was written.")
            append(_label_block(dataset, scores, done, mixture.n_components))
            done += scores.log_density.size
            if on_progress is not None:
                on_progress(done / dataset.n_samples)


def _label_block(
    dataset: Dataset, scores: RowScores, begin: int, n_components: int
) -> list[NDArray[np.generic]]:
    """The columns of a block of rows that starts at row `begin` of the data."""
    end = begin + scores.log_density.size
    numbers = dataset.row_numbers
    rows = np.arange(begin, end) if numbers is None else numbers[begin:end]
    labels = scores.resp.argmax(axis=1).astype(np.int64) + 1
    labels[labels > n_components] = 0
    return [
        rows.astype(np.int64) + 1,
        *dataset.X[begin:end].T,
        labels,
        *scores.resp.T,
        scores.log_density,
    ]


@contextlib.contextmanager
def _csv_file(path: str | Path, header: Sequence[str]) -> Iterator[_Append]:
    """Write a CSV file in one step; yields a function that appends a block of columns."""
    import duckdb

    try:
        with (
            atomic_write(path) as file,
            connect() as connection,
            tempfile.TemporaryDirectory(prefix="gmm-") as folder,
        ):
            _write_row(file, header)
            block = Path(folder) / "block.csv"
            yield lambda columns: _append(connection, columns, file, block)
    except duckdb.Error as error:
        raise ExportError(
            f"{path} cannot be written: there is not enough memory or room for temporary files. "
            "Free some space and try again."
        ) from error


def _append(
    connection: DuckDBPyConnection,
    columns: Iterable[NDArray[np.generic]],
    file: BinaryIO,
    block: Path,
) -> None:
    # DuckDB writes the shortest digits that come back exactly, with all cores and without the
    # interpreter's lock; it writes whole files only, so each block takes a detour.
    named = {f"c{i}": np.ascontiguousarray(column) for i, column in enumerate(columns)}
    connection.register("block", named)
    target = str(block).replace("'", "''")
    # A missing value is an empty cell.
    chosen = ", ".join(
        f"nullif({name}, 'nan'::DOUBLE)" if _has_gaps(column) else name
        for name, column in named.items()
    )
    connection.execute(
        f"COPY (SELECT {chosen} FROM block) TO '{target}' (FORMAT csv, HEADER false)"
    )
    connection.unregister("block")
    with open(block, "rb") as written:
        shutil.copyfileobj(written, file, 1 << 20)


def _has_gaps(column: NDArray[np.generic]) -> bool:
    return column.dtype.kind == "f" and bool(np.isnan(column).any())


def _header(own: Sequence[str], data_columns: Sequence[str]) -> list[str]:
    """Headings: the first of `own`, the data's columns, the rest of `own`; all different."""
    taken = set(data_columns)
    renamed = []
    for name in own:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        renamed.append(unique)
    return [_safe(name) for name in (*renamed[:1], *data_columns, *renamed[1:])]


def _safe(name: str) -> str:
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


def _write_row(file: BinaryIO, cells: Sequence[object]) -> None:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    file.write(line.getvalue().encode("utf-8", "replace"))
