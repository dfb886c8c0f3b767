"""Which rows of which file a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import columns_needed, read_table
from gmm_app.data.standard_input import in_a_file
from gmm_app.inspection.column_summary import measured


@dataclass(frozen=True)
class Rows:
    """What to read.

    Attributes
    ----------
    file : a data file.
    columns : names; None: all numeric ones, but for those of weights and known components, and
        for those that only number the rows, unless there are no others.
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
        """The rows, and columns that were left aside because they are no measurements.

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
        used = (self.weights, self.known)
        offered = {name: table.column(name) for name in table.columns if name not in used}
        chosen = columns or measured(offered)
        dataset = table.dataset(
            chosen,
            missing=self.missing,
            weights=self.weights,
            known=self.known,
            where=where,
            transforms=self.transforms,
        )
        if columns:
            return dataset, ()
        others = [name for name in table.other_columns if name != self.known]
        return dataset, (*others, *(name for name in offered if name not in chosen))
