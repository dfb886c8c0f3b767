"""The work of a person at one moment: immutable, so that any thread may write it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gmm_app.data.choice import DataChoice
from gmm_app.data.table import Table
from gmm_app.fitting.options import FitOptions
from gmm_app.session.data_reference import DataReference

if TYPE_CHECKING:
    from gmm_app.fitting.result import FitResult


@dataclass(frozen=True, eq=False)
class DocumentState:
    """What can be undone: the choice, the options and the results. Two states are the same only if
    they are one object.

    Attributes
    ----------
    choice : what of the table is fitted, and as what.
    options : for the next fit.
    results : the last result for each choice of this table that has one.
    """

    choice: DataChoice
    options: FitOptions = FitOptions()
    results: Mapping[DataChoice, FitResult] = field(default_factory=dict)

    @property
    def result(self) -> FitResult | None:
        """The one for the choice."""
        return self.results.get(self.choice)

    def choosing(self, choice: DataChoice) -> DocumentState:
        """The same with another choice."""
        return DocumentState(choice, self.options, self.results)

    def with_result(self, result: FitResult) -> DocumentState:
        """The same after another fit."""
        return DocumentState(self.choice, self.options, {**self.results, self.choice: result})


@dataclass(frozen=True, eq=False)
class Work:
    """Everything that a session file keeps.

    Attributes
    ----------
    table : all columns of what is open.
    origin : where the table can be read again; None for data that have no file.
    state : choice, options and results.
    running : what a fit that runs has found so far, for the choice.
    view : what the window shows and how it is laid out, as plain JSON values.
    path : the session file that the person has saved it to; "" if there is none.
    embedded : the person wants the data kept in the session file.
    unsaved : there is something that is not in the session file.
    """

    table: Table
    origin: DataReference | None
    state: DocumentState
    running: FitResult | None = None
    view: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    embedded: bool = False
    unsaved: bool = False

    @property
    def keeps_data(self) -> bool:
        """The data are written down with the work, since they can be had from nowhere else, or
        since that is wanted."""
        return self.embedded or self.origin is None

    @property
    def is_worth_keeping(self) -> bool:
        """There are results that are not in the session file."""
        return self.unsaved and bool(self.state.results or self.running)

    @property
    def name(self) -> str:
        """What to call it: its file, its data's file, or what its data are."""
        from gmm_app.data.dataset import short_name

        return short_name(self.path or self.table.source)
