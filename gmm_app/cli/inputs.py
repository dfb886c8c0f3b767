"""Which rows of which file a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.reading import read_table


@dataclass(frozen=True)
class Rows:
    """What to read.

    Attributes
    ----------
    file : a data file.
    columns : names; None: all numeric ones, but for that of the weights.
    missing : whether rows that lack values are kept or dropped.
    weights : name of the column that says how many times each row counts; None: each once.
    """

    file: Path
    columns: list[str] | None = None
    missing: Missing = "keep"
    weights: str | None = None

    def read(self) -> tuple[Dataset, tuple[str, ...]]:
        """The rows, and columns that were left aside because they are not numbers.

        Raises
        ------
        DataError
            The file cannot be read, or has no such columns or rows.
        """
        wanted = self.columns
        if wanted is not None and self.weights is not None:
            wanted = [*wanted, self.weights]
        table = read_table(self.file, wanted)
        dataset = table.dataset(self.columns, missing=self.missing, weights=self.weights)
        return dataset, () if self.columns else table.other_columns
