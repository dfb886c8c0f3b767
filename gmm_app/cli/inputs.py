"""Which rows of which file a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import columns_needed, read_table
from gmm_app.data.standard_input import in_a_file


@dataclass(frozen=True)
class Rows:
    """What to read.

    Attributes
    ----------
    file : a data file.
    columns : names; None: all numeric ones, but for those of weights and known components.
    missing : whether rows that lack values are kept or dropped.
    weights : name of the column that says how many times each row counts; None: each once.
    known : name of the column that says which component a row is from; None: that is not known.
    where : the condition that rows must fulfil; "": none.
    transforms : of columns, in words; "": none.
    options : how the file is read.
    """

    file: Path
    columns: list[str] | None = None
    missing: Missing = "keep"
    weights: str | None = None
    known: str | None = None
    where: str = ""
    transforms: str = ""
    options: ImportOptions = AS_FOUND

    def read(self) -> tuple[Dataset, tuple[str, ...]]:
        """The rows, and columns that were left aside because they are not numbers.

        Raises
        ------
        DataError
            The file cannot be read, or has no such columns or rows, or values have no transform.
        OptionError
            There is no such transform.
        """
        columns, where = self.columns, self.where
        needed = columns_needed(columns, self.weights, self.known, where)
        with in_a_file(self.file) as file:
            table = read_table(file, needed, self.options)
        dataset = table.dataset(
            columns,
            missing=self.missing,
            weights=self.weights,
            known=self.known,
            where=where,
            transforms=self.transforms,
        )
        others = [name for name in table.other_columns if name != self.known]
        return dataset, () if columns else tuple(others)
