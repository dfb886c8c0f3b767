"""Which rows of which file a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.data.reading import columns_needed, read_table
from gmm_app.data.standard_input import in_a_file
from gmm_app.data.table import Table
from gmm_app.inspection.column_summary import numbers_rows


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
        numbering = () if columns else self._numbering(table)
        dataset = table.dataset(
            columns or [name for name in self._offered(table) if name not in numbering],
            missing=self.missing,
            weights=self.weights,
            known=self.known,
            where=where,
            transforms=self.transforms,
        )
        others = [name for name in table.other_columns if name != self.known]
        return dataset, () if columns else (*others, *numbering)

    def _offered(self, table: Table) -> list[str]:
        return [name for name in table.columns if name not in (self.weights, self.known)]

    def _numbering(self, table: Table) -> tuple[str, ...]:
        """Columns that only number the rows, beside others."""
        offered = self._offered(table)
        found = tuple(name for name in offered if numbers_rows(table.column(name)))
        return found if len(found) < len(offered) else ()
