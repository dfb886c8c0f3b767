"""Sample data that come with the program; `gmm_app/samples/SOURCES.md` says where they are from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A bundled data file.

    Attributes
    ----------
    name : its short name, as on the command line.
    title : two or three plain words.
    sentence : what it is, in one sentence.
    file_name : its file within the package `gmm_app.samples`.
    """

    name: str
    title: str
    sentence: str
    file_name: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(str(resources.files("gmm_app") / "samples" / self.file_name))


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample(
            "faithful",
            "Old Faithful",
            "272 eruptions of a geyser: how long each lasted and the wait for the next, in "
            "minutes.",
            "faithful.csv",
        ),
        Sample(
            "iris",
            "iris flowers",
            "150 flowers of three species of iris: four lengths and widths, in centimetres.",
            "iris.csv",
        ),
        Sample(
            "gvhd_control",
            "blood cells",
            "6,809 blood cells of a healthy control, each by the brightness of four markers "
            "(flow cytometry).",
            "gvhd_control.csv",
        ),
    )
}
