"""What of a table is fitted, and as what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.table import Table


@dataclass(frozen=True)
class DataChoice:
    """A choice of columns and rows; the same choice of the same table gives the same rows.

    Attributes
    ----------
    columns : names of the columns that are fitted, in the order of the table.
    missing : whether rows that lack values are kept, with what they have, or dropped.
    where : the condition that rows must fulfil; "": none.
    weights : name of the column that says how many times each row counts; None: each once.
    known : name of the column that says which component a row is from; None: that is not known.
    transforms : columns, fitted or not, with the words for their transforms; the others have none.
    """

    columns: tuple[str, ...]
    missing: Missing = "keep"
    where: str = ""
    weights: str | None = None
    known: str | None = None
    transforms: tuple[tuple[str, str], ...] = ()

    def with_transform(self, name: str, words: str) -> DataChoice:
        """The same with this transform of a column, in words; "none" takes one away."""
        wanted = {**dict(self.transforms), name: words}
        return replace(self, transforms=tuple(sorted(t for t in wanted.items() if t[1] != "none")))

    def rows_of(self, table: Table) -> Dataset:
        """The rows that are chosen.

        Raises
        ------
        DataError
            The table does not have these columns, or no row is left, or weights, known components
            or the condition make no sense for it, or values have no transform.
        OptionError
            There is no such transform.
        """
        return table.dataset(
            self.columns,
            missing=self.missing,
            weights=self.weights,
            known=self.known,
            where=self.where,
            transforms={name: words for name, words in self.transforms if name in self.columns},
        )
