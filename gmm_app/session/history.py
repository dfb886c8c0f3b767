"""Undo and redo: what a document was before each step, and after those that were undone."""

from __future__ import annotations

from dataclasses import dataclass, field

from gmm_app.session.work import DocumentState

# States share all that is heavy but for the rows of results, so a step costs little.
_MOST_STEPS = 200
# Edits of one thing within so many seconds of each other are one step.
_MERGE_SECONDS = 1.5


@dataclass(frozen=True)
class Step:
    """One thing that a person did.

    Attributes
    ----------
    words : what, as in "choosing columns".
    state : on the other side of it: before it if it can be undone, after it if it was.
    """

    words: str
    state: DocumentState


@dataclass
class History:
    """The steps that can be undone, and those that can be done again; the newest come last."""

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    _merging: tuple[str, float] = ("", 0.0)

    def record(self, words: str, before: DocumentState, *, now: float, merge: bool) -> None:
        """Take note of a step.

        Parameters
        ----------
        words : what was done.
        before : the state before it.
        now : seconds on any steady clock.
        merge : whether it is one with a step of the same words a moment ago.
        """
        latest, then = self._merging
        if not (merge and self.done and latest == words and now - then < _MERGE_SECONDS):
            self.done = [*self.done, Step(words, before)][-_MOST_STEPS:]
        self.undone = []
        self._merging = (words if merge else "", now)

    def undo(self, state: DocumentState) -> DocumentState:
        """The state before the newest step, which can then be done again from `state`."""
        step = self.done.pop()
        self.undone.append(Step(step.words, state))
        self._merging = ("", 0.0)
        return step.state

    def redo(self, state: DocumentState) -> DocumentState:
        """The state after the step that was undone last, which can then be undone to `state`."""
        step = self.undone.pop()
        self.done.append(Step(step.words, state))
        return step.state

    def clear(self) -> None:
        """Forget everything: other data are open."""
        self.done, self.undone, self._merging = [], [], ("", 0.0)
