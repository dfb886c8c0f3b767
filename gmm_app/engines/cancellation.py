"""How one thread tells another, in the midst of a pass, to stop."""

from __future__ import annotations

from gmm_app.errors import Cancelled
from kernels.tiles import CANCELLED, new_control


class CancelFlag:
    """A flag that kernels look at once per tile.

    Attributes
    ----------
    control : the kernels' control array; only engines read it.
    """

    def __init__(self) -> None:
        self.control = new_control()

    def set(self) -> None:
        """Ask for a stop. May be called from any thread, at any time; it cannot be taken back."""
        self.control[CANCELLED] = 1

    @property
    def is_set(self) -> bool:
        return bool(self.control[CANCELLED])

    def check(self) -> None:
        """Raise Cancelled if the flag is set."""
        if self.is_set:
            raise Cancelled
