"""What of a table is fitted, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_app.data.dataset import Dataset, Missing
from gmm_app.data.table import Table


@dataclass(frozen=True)
class DataChoice:
    """A choice of columns and rows; the same choice of the same table gives the same rows.

    Attributes
    ----------
    columns : names of the columns that are fitted, in the order of the table.
    missing : whether rows that lack values are kept, with what they have, or dropped.
    """

    columns: tuple[str, ...]
    missing: Missing = "keep"

    def rows_of(self, table: Table) -> Dataset:
        """The rows that are chosen.

        Raises
        ------
        DataError
            The table does not have these columns, or no row is left.
        """
        return table.dataset(self.columns, missing=self.missing)
