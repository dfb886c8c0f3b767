"""Every error that input, options or files can raise: one base, a subclass per subsystem.

A message is one plain sentence or two: what is wrong, where, and what to do about it.
"""


class GmmError(Exception):
    """Base of every error that a person can cause and mend. Its message stands on one line."""

    def __init__(self, message: str = "") -> None:
        # The name of a file or column may hold line breaks.
        super().__init__(" ".join(message.splitlines()))


class Cancelled(GmmError):  # noqa: N818  (it is no error, but goes the way of one)
    """Work was stopped before its end, as asked; whatever it was making is incomplete."""

    def __init__(self, message: str = "Stopped before the end, as asked.") -> None:
        super().__init__(message)


class DataError(GmmError):
    """A data file or array cannot be read, or holds nothing that can be fitted."""


class ConditionError(DataError):
    """A condition on rows cannot be understood, or asks for what the data do not have.

    Attributes
    ----------
    place : the character of the condition, from 0, at which it goes wrong.
    """

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (str(self), self.place)


class OptionError(GmmError):
    """An option lies outside what it may be, or does not suit the data."""


class FitError(GmmError):
    """A fit could not be carried to a usable mixture."""


class CollapseError(FitError):
    """A component lost its rows or its covariance became singular.

    Attributes
    ----------
    component : which, from 0.
    """

    def __init__(self, message: str, component: int) -> None:
        super().__init__(message)
        self.component = component

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return type(self), (str(self), self.component)


class ModelError(GmmError):
    """A model file or a set of parameters does not describe a mixture."""


class ExportError(GmmError):
    """A result cannot be written where it was asked to go."""


class SessionError(GmmError):
    """A session file cannot be read, or what it says is no session of this program's."""
