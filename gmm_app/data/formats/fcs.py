"""Flow cytometry data: FCS 2.0, 3.0 and 3.1, and LMD."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gmm_app.data.batches import Column, Kind, OpenFile, Wanted
from gmm_app.data.formats.arrays import Block, opened_blocks, read_exactly
from gmm_app.data.formats.damage import told_in_a_sentence
from gmm_app.data.formats.parts import chosen_part, distinct
from gmm_app.data.formats.spillover import Compensation, compensation
from gmm_app.data.import_options import ImportOptions
from gmm_app.errors import DataError

_NOT_WHOLE = (
    "not a whole FCS file: it was cut off, is damaged or is of another kind. "
    "Copy or export it again."
)

_MOST_CHANNELS = 10_000
_MOST_SETS = 1000


@dataclass(frozen=True)
class _Channel:
    """A channel of a data set.

    Attributes
    ----------
    short : $PnN, "FL1-H".
    long : $PnS, "CD4"; "" where it has none.
    dtype : of a stored value.
    top : $PnR; whole numbers are below the next power of two.
    decades, lowest : $PnE of a logarithmic amplifier; 0 decades for a linear one.
    """

    short: str
    long: str
    dtype: np.dtype[Any]
    top: int
    decades: float
    lowest: float

    def linear(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Values on a linear scale, as the FCS standard says how."""
        if stored.dtype.kind == "f":
            return stored
        values = stored & stored.dtype.type(self._mask())
        if self.decades <= 0:
            return values
        with np.errstate(all="ignore"):  # what a damaged header says may overflow
            return self.lowest * 10.0 ** (self.decades * values / max(self.top, 1))

    def _mask(self) -> int:
        bits = min(max(self.top - 1, 0).bit_length(), 8 * self.dtype.itemsize)
        return (1 << bits) - 1 if self.top > 0 else (1 << 8 * self.dtype.itemsize) - 1


@dataclass(frozen=True)
class _DataSet:
    """A data set in an FCS file.

    Attributes
    ----------
    channels : in the order in which they are stored.
    begin : where its first event is, in bytes from the beginning of the file.
    n_events : how many it has.
    text : keywords, in lower case and without "$", and their values.
    """

    channels: tuple[_Channel, ...]
    begin: int
    n_events: int
    text: dict[str, str]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of an event."""
        return np.dtype([(f"c{j}", channel.dtype) for j, channel in enumerate(self.channels)])

    @property
    def names(self) -> tuple[str, ...]:
        """What the channels are called: $PnS where it is given and no other has it, else $PnN."""
        taken = Counter(name for channel in self.channels for name in (channel.long, channel.short))
        return distinct(
            channel.long if channel.long and taken[channel.long] == 1 else channel.short
            for channel in self.channels
        )


@contextmanager
def opened(path: Path, options: ImportOptions, wanted: Wanted) -> Iterator[OpenFile]:
    """The channels and events of a data set; see `gmm_app.data.reading`.

    A channel is called by its marker ($PnS, "CD4") where that is given, else by its detector
    ($PnN, "FL1-H"). Whole numbers from logarithmic amplifiers ($PnE) are made linear, as flowCore
    does; gains ($PnG) and the time step are not applied. Values are compensated by the spillover
    matrix of the file only if the options ask for it. In the options of the open file,
    `compensate` is None where the file has no such matrix.
    """
    with _readable(path), open(path, "rb") as file:
        sets = _data_sets(path, file)
        part = chosen_part(path.name, list(sets), options, lambda name: _columns(sets[name]))
        data_set = sets[part]
        asked = bool(options.compensate)
        matrix = _compensation(path.name, data_set, asked)
        found = replace(
            options,
            part=part if len(sets) > 1 else None,
            compensate=None if matrix is None else asked,
        )
        block = _block(file, data_set, matrix if asked else None)
        yield opened_blocks([block], found, wanted)


def parts(path: Path) -> tuple[str, ...]:
    """The data sets of the file by number, where there are several: "1", "2", ..."""
    with _readable(path), open(path, "rb") as file:
        sets = _data_sets(path, file)
        return tuple(sets) if len(sets) > 1 else ()


def _readable(path: Path) -> AbstractContextManager[None]:
    return told_in_a_sentence(path, "export a part of it", lambda _: _NOT_WHOLE)


def _data_sets(path: Path, file: BinaryIO) -> dict[str, _DataSet]:
    """The data sets by number; what comes behind the last whole one is passed over."""
    sets: dict[str, _DataSet] = {}
    offset = 0
    while len(sets) < _MOST_SETS:
        text, begin = _text(path, offset)
        sets[str(len(sets) + 1)] = _data_set(path, text, offset + begin)
        step = int(text.get("nextdata", "0") or 0)
        if step <= 0:
            return sets
        offset += step
        file.seek(offset)
        if file.read(3) != b"FCS":
            return sets
    return sets


def _text(path: Path, offset: int) -> tuple[dict[str, str], int]:
    """The keywords of the data set at an offset, and where its data begin from there."""
    from flowio import FlowData

    # FlowIO closes the file it is given, and leaves it open when it fails.
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = FlowData(
            file, ignore_offset_discrepancy=True, only_text=True, nextdata_offset=offset
        )
    begin = 0 if data.version == "2.0" else int(data.text.get("begindata", "0").strip() or 0)
    return data.text, begin or int(data.header["data_start"])


def _data_set(path: Path, text: dict[str, str], begin: int) -> _DataSet:
    n_channels, n_events = int(text["par"]), int(text["tot"])
    if not 0 < n_channels <= _MOST_CHANNELS or n_events < 0:
        raise ValueError("impossible numbers of channels or events")
    if text.get("mode", "L").strip().upper() != "L":
        raise DataError(f"{path.name} holds histograms, not a list of events: export the events.")
    channels = tuple(_channel(path.name, text, n) for n in range(1, n_channels + 1))
    data_set = _DataSet(channels, begin, n_events, text)
    stored = max(0, path.stat().st_size - begin) // data_set.dtype.itemsize
    if stored < n_events:
        raise DataError(
            f"{path.name} was cut off: it has {stored:,} of {n_events:,} events. Copy or export it "
            "again."
        )
    return data_set


def _channel(file_name: str, text: dict[str, str], n: int) -> _Channel:
    decades, lowest = (float(part) for part in text.get(f"p{n}e", "0,0").split(","))
    return _Channel(
        short=text.get(f"p{n}n", "").strip() or f"P{n}",
        long=text.get(f"p{n}s", "").strip(),
        dtype=_dtype(file_name, text, n),
        top=int(float(text.get(f"p{n}r", "0") or 0)),
        decades=decades,
        # The standard takes the impossible 0 for 1.
        lowest=lowest or 1.0,
    )


def _dtype(file_name: str, text: dict[str, str], n: int) -> np.dtype[Any]:
    kind = text["datatype"].strip().upper()
    order = "<" if text["byteord"].strip().startswith("1") else ">"
    bits = {"F": 32, "D": 64}.get(kind) or int(text[f"p{n}b"])
    if kind not in ("I", "F", "D") or bits not in (8, 16, 32, 64):
        raise DataError(
            f"{file_name} stores channel {n} as type {kind} of {bits} bits, which cannot be read: "
            "export it as floating point numbers."
        )
    return np.dtype(f"{order}{'u' if kind == 'I' else 'f'}{bits // 8}")


def _compensation(file_name: str, data_set: _DataSet, asked: bool) -> Compensation | None:
    try:
        matrix = compensation(file_name, data_set.text, [c.short for c in data_set.channels])
    except DataError:
        if asked:
            raise
        return None
    if asked and matrix is None:
        raise DataError(
            f"{file_name} has no spillover matrix: read it without compensation, or export it with "
            "its matrix."
        )
    return matrix


def _columns(data_set: _DataSet) -> list[Column]:
    return [Column(name, Kind.NUMBER) for name in data_set.names]


def _block(file: BinaryIO, data_set: _DataSet, matrix: Compensation | None) -> Block:
    dtype = data_set.dtype

    def read(begin: int, end: int) -> list[NDArray[Any]]:
        file.seek(data_set.begin + begin * dtype.itemsize)
        events = np.frombuffer(read_exactly(file, (end - begin) * dtype.itemsize), dtype)
        values = [c.linear(events[f"c{j}"]) for j, c in enumerate(data_set.channels)]
        return values if matrix is None else matrix.applied(values)

    return Block(tuple(_columns(data_set)), read, data_set.n_events, 8 * len(data_set.channels))
