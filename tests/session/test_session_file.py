"""Session files: everything comes back as it was, and nothing in a file is believed unseen."""

from __future__ import annotations

import json
import os
import random
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gmm_app.data.choice import DataChoice
from gmm_app.data.import_options import ImportOptions
from gmm_app.data.reading import read_table
from gmm_app.data.table import LabelColumn, Table
from gmm_app.errors import SessionError
from gmm_app.fitting.fit import fit
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import FitResult
from gmm_app.session.archive import ArrayWriter, open_archive, write_archive
from gmm_app.session.data_reference import DataReference
from gmm_app.session.opening import OpenedSource
from gmm_app.session.plain import from_plain, to_plain
from gmm_app.session.reopening import DataQuestion, locate, open_session, without_results
from gmm_app.session.session_file import save_session
from gmm_app.session.work import DocumentState, Work

VIEW = {"plot": {"columns": ["b", "a"]}, "layout": {}}


def never() -> bool:
    return False


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "rows.csv"
    path.parent.mkdir()
    rows = np.random.default_rng(0).standard_normal((80, 3))
    rows[40:] += 4.0
    lines = [",".join(f"{value:.6f}" for value in row) for row in rows]
    path.write_text("a,b,c\n" + "\n".join(lines) + "\n")
    return path


def work_on(path: Path, **fit_options: Any) -> Work:
    """Two fits to different choices of a file's columns."""
    origin = DataReference.of(path)
    table = origin.read(origin.path, never)
    choices = (DataChoice(("a", "b", "c")), DataChoice(("a", "b"), missing="drop"))
    asked = {"n_components": 2, "n_init": 3, "seed": 1} | fit_options
    results = {choice: fit(choice.rows_of(table), **asked) for choice in choices}
    options = FitOptions(n_components=2, n_init=3, tol=1e-5)
    return Work(table, origin, DocumentState(choices[1], options, results), view=VIEW)


@pytest.fixture
def work(data: Path) -> Work:
    return work_on(data)


def opened(path: Path) -> Work:
    source = open_session(path, never)
    assert isinstance(source, OpenedSource) and source.work is not None
    assert source.dataset.columns == source.work.state.choice.columns
    return source.work


def assert_same_result(one: FitResult, other: FitResult) -> None:
    assert one.summary() == other.summary()
    assert one.facts() == other.facts()
    assert one.report() == other.report()
    assert one.options == other.options and one.held == other.held
    for start, its_copy in zip(one.starts, other.starts, strict=True):
        assert np.array_equal(start.history, its_copy.history)
        assert (start.n_iter, start.stop_reason, start.failure, start.n_reseeds) == (
            its_copy.n_iter,
            its_copy.stop_reason,
            its_copy.failure,
            its_copy.n_reseeds,
        )
    for optimum, found in zip(one.optima, other.optima, strict=True):
        assert optimum.starts == found.starts
        assert np.array_equal(optimum.mixture.covariances, found.mixture.covariances)


def assert_same_work(one: Work, other: Work) -> None:
    assert one.table.digest == other.table.digest
    assert one.state.choice == other.state.choice
    assert one.state.options == other.state.options
    assert one.view == other.view
    assert list(one.state.results) == list(other.state.results)
    for choice, result in one.state.results.items():
        assert_same_result(result, other.state.results[choice])
    assert (one.running is None) == (other.running is None)
    if one.running and other.running:
        assert_same_result(one.running, other.running)


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize(
    "options",
    [{}, {"noise": True}, {"prior": True}, {"family": "VVI"}, {"family": "EEE", "reseed": True}],
    ids=str,
)
def test_everything_comes_back(data: Path, embedded: bool, options: dict[str, Any]) -> None:
    work = work_on(data, **options)
    work = replace(work, embedded=embedded, running=work.state.result)
    path = data.with_name("work.gmm")
    save_session(work, path)
    found = opened(path)
    assert_same_work(work, found)
    assert (found.path, found.embedded, found.unsaved) == (str(path), embedded, False)


def test_data_without_a_file_lie_inside(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((2, 60))
    values[1, :7] = np.nan
    words = LabelColumn("kind", np.arange(60, dtype=np.int32) % 3 - 1, ("x", "=y"))
    table = Table(values, ("a", "ä b"), "drawn here", ("kind", "note"), (words,))
    choice = DataChoice(table.columns)
    result = fit(choice.rows_of(table), n_components=1, seed=0)
    work = Work(table, None, DocumentState(choice, results={choice: result}))
    save_session(work, tmp_path / "drawn.gmm")
    found = opened(tmp_path / "drawn.gmm")
    assert_same_work(work, found)
    assert np.array_equal(found.table.values, values, equal_nan=True)
    assert found.table.labels[0].words == ("x", "=y")
    assert np.array_equal(found.table.labels[0].codes, words.codes)


def test_rows_by_a_condition_and_roles_come_back(data: Path) -> None:
    lines = data.read_text().splitlines()
    kinds = ["kind", *(("x", "y", "")[i % 3] for i in range(len(lines) - 1))]
    counts = ["n", *(str(1 + i % 4) for i in range(len(lines) - 1))]
    data.write_text("\n".join(map(",".join, zip(lines, counts, kinds, strict=True))) + "\n")
    origin = DataReference.of(data)
    table = origin.read(origin.path, never)
    choice = DataChoice(("a", "b"), where="c > 0.5", weights="n", known="kind")
    result = fit(choice.rows_of(table), n_components=2, n_init=2, seed=0)
    work = Work(table, origin, DocumentState(choice, results={choice: result}), embedded=True)
    save_session(work, data.with_name("work.gmm"))
    assert_same_work(work, opened(data.with_name("work.gmm")))


def test_transforms_come_back_with_the_mixtures_that_carry_them(data: Path) -> None:
    origin = DataReference.of(data)
    table = origin.read(origin.path, never)
    words = (("a", "arcsinh:0.5"), ("b", "standardise"), ("c", "boxcox"))
    choice = DataChoice(("a", "b", "c"), where="c > 0", transforms=words)
    result = fit(choice.rows_of(table), n_components=2, n_init=2, seed=0)
    work = Work(table, origin, DocumentState(choice, results={choice: result}))
    save_session(work, data.with_name("work.gmm"))
    found = opened(data.with_name("work.gmm"))
    assert_same_work(work, found)
    assert found.state.results[choice].mixture.transforms == result.mixture.transforms


@pytest.mark.parametrize("embedded", [False, True])
def test_how_the_data_were_read_is_kept(tmp_path: Path, embedded: bool) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("skip me\na;b\n1,5;2\n2,5;3\n4;9\n")
    options = ImportOptions(skip=1, delimiter=";", decimal=",", kinds=(("b", "number"),))
    origin = DataReference.of(path, options)
    table = origin.read(origin.path, never)
    work = Work(table, origin, DocumentState(DataChoice(("a", "b"))), embedded=embedded)
    save_session(work, tmp_path / "odd.gmm")
    found = opened(tmp_path / "odd.gmm")
    assert found.table.read_options == table.read_options == {"options": options}
    assert found.origin is not None and found.origin.options == options
    assert found.table.digest == table.digest


def test_a_session_that_moves_with_its_data_asks_nothing(work: Work, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    save_session(work, folder / "work.gmm")
    folder.rename(tmp_path / "elsewhere")
    found = opened(tmp_path / "elsewhere" / "work.gmm")
    assert_same_work(work, found)


def test_a_session_that_moves_alone_asks_nothing(work: Work, tmp_path: Path) -> None:
    save_session(work, tmp_path / "work.gmm")
    (tmp_path / "far" / "away").mkdir(parents=True)
    path = (tmp_path / "work.gmm").rename(tmp_path / "far" / "away" / "work.gmm")
    assert_same_work(work, opened(path))


def test_a_file_that_was_only_touched_is_the_same(work: Work, data: Path) -> None:
    save_session(work, data.with_name("work.gmm"))
    os.utime(data, (1e9, 1e9))
    assert_same_work(work, opened(data.with_name("work.gmm")))


def test_data_that_are_gone_are_asked_for(work: Work, data: Path) -> None:
    path = data.with_name("work.gmm")
    save_session(work, path)
    (data.parent / "elsewhere").mkdir()
    moved = data.rename(data.parent / "elsewhere" / data.name)
    question = open_session(path, never)
    assert isinstance(question, DataQuestion) and question.table is None
    assert "rows.csv" in question.problem and "no file" in question.problem
    found = locate(question.session, str(moved), never)
    assert isinstance(found, OpenedSource) and found.work is not None
    assert_same_work(work, found.work)
    assert found.origin is not None and found.origin.path == str(moved)


def test_data_that_have_changed_lose_the_results_and_nothing_else(work: Work, data: Path) -> None:
    path = data.with_name("work.gmm")
    save_session(work, path)
    data.write_text(data.read_text().replace("-", "", 1))
    question = open_session(path, never)
    assert isinstance(question, DataQuestion) and question.table is not None
    assert "has changed" in question.problem
    found = without_results(question)
    assert found.work is not None
    assert found.work.state.choice == work.state.choice
    assert found.work.state.options == work.state.options
    assert found.work.view == work.view
    assert not found.work.state.results and found.work.unsaved


def test_columns_that_are_gone_are_not_chosen(work: Work, data: Path) -> None:
    path = data.with_name("work.gmm")
    save_session(work, path)
    data.write_text("p,q\n1,2\n3,5\n8,1\n")
    question = open_session(path, never)
    assert isinstance(question, DataQuestion)
    assert without_results(question).dataset.columns == ("p", "q")


def test_with_the_data_inside_nothing_is_asked(work: Work, data: Path) -> None:
    path = data.with_name("work.gmm")
    save_session(replace(work, embedded=True), path)
    data.write_text("p,q\n1,2\n3,5\n")
    found = opened(path)
    assert_same_work(work, found)
    # The file has other rows now, so the data can only go on living inside.
    assert found.origin is None and found.keeps_data


# --- what is no session ------------------------------------------------------------------------


def rewritten(path: Path, change: Any) -> Path:
    """The same session with another text."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    text = json.loads(entries["session.json"])
    change(text)
    entries["session.json"] = json.dumps(text).encode()
    return with_entries(path, entries)


def with_entries(path: Path, entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def saved(work: Work, data: Path) -> Path:
    path = data.with_name("work.gmm")
    save_session(replace(work, embedded=True), path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SessionError) as caught:
        open_session(path, never)
    sentence = str(caught.value)
    assert sentence and "\n" not in sentence
    return sentence


def test_no_file_and_no_ordinary_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.gmm")
    assert "no ordinary file" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.gmm")
    assert "no ordinary file" in refusal(tmp_path / "pipe.gmm")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x05\x06" + b"\0" * 18, b"PK\3\4junk"])
def test_files_of_other_kinds(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.gmm"
    path.write_bytes(content)
    assert "no session file" in refusal(path)


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"{}",
        b"nonsense",
        b'{"format": "gmm-app-model", "version": 1}',
        b'{"format": "gmm-app-session", "version": "1"}',
        b'{"format": "gmm-app-session", "version": 1}',
        b'{"format": "gmm-app-session", "version": 1, "data": 3, "view": {}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda text: text[:40].decode("latin-1"),
)
def test_texts_that_are_no_session(tmp_path: Path, text: bytes) -> None:
    refusal(with_entries(tmp_path / "foreign.gmm", {"session.json": text}))


def test_a_newer_version_is_named(saved: Path) -> None:
    rewritten(saved, lambda text: text.update(version=2))
    assert "newer program" in refusal(saved)


def test_unknown_fields_that_say_nothing_are_passed_over(saved: Path, work: Work) -> None:
    def change(text: dict[str, Any]) -> None:
        text["something new"] = {"a": 1}
        text["choice"].update(sieve=None, turned=False, also=[])
        text["options"].update(patience="")

    assert_same_work(work, opened(rewritten(saved, change)))


def test_unknown_fields_that_say_something_are_refused(saved: Path) -> None:
    rewritten(saved, lambda text: text["choice"].update(sieve="every second row"))
    assert "newer version" in refusal(saved)


def test_absent_fields_have_their_defaults(saved: Path) -> None:
    rewritten(saved, lambda text: text["options"].pop("tol"))
    assert opened(saved).state.options.tol == FitOptions().tol


def test_values_that_cannot_be_are_refused(saved: Path) -> None:
    def in_result(**wrong: Any) -> Any:
        return lambda text: text["results"][0]["result"].update(wrong)

    whole = saved.read_bytes()
    for change in (
        lambda text: text["options"].update(n_components=0),
        lambda text: text["options"].update(n_components="3"),
        lambda text: text["choice"].update(columns=["nobody"]),
        lambda text: text["choice"].update(columns="abc"),
        lambda text: text["data"]["table"].update(columns=["a", "a", "a"]),
        lambda text: text["data"]["table"].update(columns=["a"]),
        lambda text: text["data"].pop("table") and text["data"].update(beside="../../secret"),
        in_result(best_start=17),
        in_result(best_start=-1),
        in_result(starts=[]),
        in_result(optima=[]),
        in_result(stop_reason="bored"),
        in_result(log_likelihood=None),
        lambda text: text["results"][0]["result"]["mixture"].update(family="XYZ"),
        lambda text: text["results"][0]["result"]["mixture"].update(columns=["a", "b", "z"]),
        lambda text: text["results"][0]["result"]["mixture"]["weights"].update(at=10**9),
        lambda text: text["results"][0]["result"]["mixture"]["weights"].update(at=-1),
        lambda text: text["results"][0]["result"]["mixture"]["weights"].update(shape=[2**62, 8]),
        lambda text: text["results"][0]["result"]["mixture"]["weights"].update(array="nowhere"),
        lambda text: text["results"][0]["result"]["mixture"].update(weights=[0.5, 0.5]),
    ):
        saved.write_bytes(whole)
        refusal(rewritten(saved, change))


def test_bombs_are_refused_unopened(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    array = next(name for name in entries if name.endswith(".npy"))
    # An array that would unpack to more than its file has.
    swollen = {**entries, array: entries[array] + b"\0" * (1 << 24)}
    refusal(with_entries(saved, swollen, zipfile.ZIP_DEFLATED))
    # A header that claims an exabyte.
    claim = b"{'descr': '<f8', 'fortran_order': False, 'shape': (144115188075855872,), }"
    head = b"\x93NUMPY\x01\x00" + len(claim).to_bytes(2, "little") + claim
    refusal(with_entries(saved, {**entries, array: head}))
    # A text of a hundred million blanks.
    refusal(
        with_entries(saved, {**entries, "session.json": b" " * (1 << 27)}, zipfile.ZIP_DEFLATED)
    )


def test_nothing_is_unpickled(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    claim = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    pickled = b"\x93NUMPY\x01\x00" + len(claim).to_bytes(2, "little") + claim + b"cos\nsystem\n"
    refusal(with_entries(saved, {**entries, "float64.npy": pickled}))


@dataclass
class _Outcome:
    refused: int = 0
    whole: int = 0


def test_damage_anywhere_is_noticed_or_does_no_harm(saved: Path, work: Work) -> None:
    whole = saved.read_bytes()
    draw = random.Random(0)
    outcome = _Outcome()
    for number in range(300):
        damaged = bytearray(whole)
        if number % 3:
            for _ in range(draw.randint(1, 4)):
                damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        else:
            del damaged[draw.randrange(len(damaged)) :]
        saved.write_bytes(damaged)
        try:
            found = opened(saved)
        except SessionError as error:
            outcome.refused += 1
            assert "\n" not in str(error)
        else:
            outcome.whole += 1
            assert_same_work(work, found)
    assert outcome.refused > 200


# --- plain values ------------------------------------------------------------------------------


def test_numbers_come_back_bit_for_bit(tmp_path: Path) -> None:
    arrays = ArrayWriter()
    rng = np.random.default_rng(3)
    kept: list[NDArray[Any]] = [rng.standard_normal(n) for n in (0, 1, 100, 40_000)]
    kept += [rng.standard_normal((3, 50_000)).astype(np.float32), np.arange(6).reshape(2, 3)]
    kept[1][0] = np.nan
    text = {"all": to_plain(tuple(kept), arrays), "least": to_plain(-np.inf, arrays)}
    with open(tmp_path / "numbers.gmm", "wb") as file:
        write_archive(file, text, arrays)
    with open_archive(tmp_path / "numbers.gmm") as (found, reader):
        for array, place in zip(kept, found["all"], strict=True):
            its_copy = reader.get(place)
            assert its_copy.dtype == array.dtype
            assert np.array_equal(its_copy, array, equal_nan=array.dtype.kind == "f")
            assert not its_copy.flags.writeable
        assert from_plain(float, found["least"], reader) == -np.inf


def test_a_table_is_the_same_whatever_file_it_is_from(data: Path) -> None:
    table = read_table(data)
    as_arrays = data.with_name("rows.npz")
    np.savez(as_arrays, **dict(zip(table.columns, table.values, strict=True)))
    assert read_table(as_arrays).digest == table.digest
