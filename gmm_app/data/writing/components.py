"""The components of a mixture as a table: weights, means, deviations and covariances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gmm_app.data.writing.formats import TEXT_FORMATS, write_table
from gmm_app.data.writing.layout import FLOAT, INTEGER, TEXT, Block, Column, Layout, distinct, utf8

if TYPE_CHECKING:
    from gmm_app.mixture.mixture import Mixture


def write_parameters(mixture: Mixture, path: str | Path) -> None:
    """Write a mixture's parameters, one row per component, in the format of the file's name.

    Columns: component (from 1), weight, mean_<column>, sd_<column> for each column of the data,
    then cov_<column>_<column> for the upper triangle of the covariance, diagonal included; of a
    transformed column they are called such as mean_log(<column>). A last row has the weight of
    noise, if there is any. Numbers come back bit for bit.

    Raises
    ------
    ExportError
        The file cannot be written there, or its format cannot hold so many columns.
    """
    columns, block = component_table(mixture)
    write_table(path, Layout("components", columns, block[0].size), [block], TEXT_FORMATS)


def component_table(mixture: Mixture) -> tuple[tuple[Column, ...], Block]:
    """The columns of the table and what they hold."""
    names = mixture.units
    upper = np.triu_indices(mixture.n_features)
    headings = [
        "weight",
        *(f"mean_{name}" for name in names),
        *(f"sd_{name}" for name in names),
        *(f"cov_{names[i]}_{names[j]}" for i, j in zip(*upper, strict=True)),
    ]
    deviations = np.sqrt(np.diagonal(mixture.covariances, axis1=1, axis2=2))
    own = mixture.covariances[:, upper[0], upper[1]]
    numbers = np.column_stack([mixture.weights, mixture.means, deviations, own])
    component = np.arange(1, mixture.n_components + 1)
    if mixture.noise is not None:
        component = np.array([*map(str, component), "noise"], dtype=TEXT)
        last = np.full((1, numbers.shape[1]), np.nan)
        last[0, 0] = mixture.noise.weight
        numbers = np.concatenate([numbers, last])
    first = Column("component", TEXT if mixture.noise else INTEGER)
    columns = distinct([first, *(Column(utf8(name), FLOAT) for name in headings)])
    return tuple(columns), [component, *numbers.T]
