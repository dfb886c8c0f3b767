from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import pytest

import gmm_app as gm
from tests.reference_data import REFERENCE


class MclustRow(NamedTuple):
    """One fit of mclust's, from tests/reference/mclust_reference.csv."""

    data: str
    model: str
    K: int
    df: int
    loglik: float


@pytest.fixture
def mclust_rows() -> Callable[..., Iterator[MclustRow]]:
    """mclust's converged fits of the smaller data sets, for some families and few components."""

    def rows(families: Collection[str], most_components: int) -> Iterator[MclustRow]:
        with (REFERENCE / "mclust_reference.csv").open() as file:
            for row in csv.DictReader(file):
                wanted = row["model"] in families and int(row["K"]) <= most_components
                if wanted and row["loglik"] not in ("", "NA"):
                    yield MclustRow(
                        row["data"],
                        row["model"],
                        int(row["K"]),
                        int(row["df"]),
                        float(row["loglik"]),
                    )

    return rows


@pytest.fixture(scope="session")
def reference() -> Callable[[str], gm.Dataset]:
    """A function that reads one of the reference data sets by name."""
    return lambda name: gm.read(REFERENCE / f"{name}.csv")
