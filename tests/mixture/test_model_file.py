"""Model files: every bit comes back, and what is no model is refused in one plain sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gmm_app
from gmm_app.data.dataset import Dataset
from gmm_app.errors import ExportError, ModelError
from gmm_app.fitting.optima import Optimum
from gmm_app.fitting.options import FitOptions
from gmm_app.fitting.result import FitResult, StartRecord, StopReason
from gmm_app.mixture.covariance import FAMILIES
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.model_file import load_mixture, save_model


def some_mixture() -> Mixture:
    covariances = [[[2.0, 0.1], [0.1, 1.0]], [[1.0, -0.3], [-0.3, 0.5]]]
    return Mixture(
        np.array([0.1, 0.9]),
        np.array([[0.0, 1.0], [1 / 3, -2.0]]),
        np.array(covariances),
        "VVV",
        ("länge", 'a "b"'),
    )


def saved(folder: Path, **changes: Any) -> Path:
    """A model file with some of its values changed; None removes one."""
    path = folder / "model.json"
    save_model(some_mixture(), path)
    model = json.loads(path.read_text(encoding="utf-8")) | changes
    kept = {key: value for key, value in model.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path


def assert_equal(one: Mixture, other: Mixture) -> None:
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.family == other.family
    assert one.columns == other.columns


def test_round_trip_by_method_and_by_the_public_name(tmp_path: Path) -> None:
    mixture = some_mixture()
    mixture.save(tmp_path / "model.json")
    assert_equal(gmm_app.load(tmp_path / "model.json"), mixture)


@st.composite
def mixtures(draw: st.DrawFn) -> Mixture:
    k, d = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    numbers = st.floats(-1e100, 1e100)
    shares = draw(arrays(np.float64, k, elements=st.floats(0.01, 1)))
    roots = draw(arrays(np.float64, (k, d, d), elements=st.floats(-1, 1)))
    covariances = roots @ roots.transpose(0, 2, 1) + np.eye(d) * draw(st.floats(1e-3, 1e3))
    covariances = (covariances + covariances.transpose(0, 2, 1)) / 2
    names = draw(st.lists(st.text(max_size=8), min_size=d, max_size=d, unique=True))
    means = draw(arrays(np.float64, (k, d), elements=numbers))
    family = draw(st.sampled_from(sorted(FAMILIES)))
    covariances = FAMILIES[family].matrices(FAMILIES[family].compact(covariances))
    return Mixture(shares / shares.sum(), means, covariances, family, tuple(names))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mixture=mixtures())
def test_any_mixture_comes_back_bit_for_bit(tmp_path: Path, mixture: Mixture) -> None:
    path = tmp_path / "model.json"
    save_model(mixture, path)
    assert_equal(load_mixture(path), mixture)


def test_half_a_character_in_a_name_comes_back(tmp_path: Path) -> None:
    mixture = Mixture(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)), "VVV", ("a\udc80b",))
    mixture.save(tmp_path / "model.json")
    assert_equal(load_mixture(tmp_path / "model.json"), mixture)


def test_a_person_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    some_mixture().save(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1] == '  "format": "gmm-app-model",'
    assert lines[2] == '  "version": 1,'
    assert '  "weights": [0.1, 0.9],' in lines
    assert "    [0.3333333333333333, -2.0]" in lines
    assert '  "columns": ["länge", "a \\"b\\""],' in lines


def some_result() -> FitResult:
    rows = np.asfortranarray(np.random.default_rng(0).standard_normal((50, 2)))
    start = StartRecord(np.array([-200.0, -150.5]), 7, StopReason.CONVERGED)
    return FitResult(
        mixture=some_mixture(),
        log_likelihood=-150.5,
        classification_entropy=1.25,
        best_start=0,
        starts=(start,),
        optima=(Optimum(some_mixture(), -150.5, (0,)),),
        n_passes=9,
        sample_passes=0.25,
        stop_reason=StopReason.CONVERGED,
        dataset=Dataset(rows, ("länge", 'a "b"'), source="/some/where/rows.csv"),
        options=FitOptions(n_components=2, seed=3),
        seconds=0.5,
    )


def test_a_fits_facts_stand_beside_the_mixture(tmp_path: Path) -> None:
    result = some_result()
    path = tmp_path / "model.json"
    result.save(path)
    model = json.loads(path.read_text(encoding="utf-8"))
    assert model["data"] == {
        "source": "rows.csv",
        "digest": result.dataset.digest,
        "where": "",
        "known_as": [],
        "transforms": {},
        "n_samples": 50,
        "n_incomplete": 0,
        "total_weight": 50.0,
    }
    assert model["fit"]["options"]["seed"] == 3
    assert model["fit"]["options"]["n_components"] == 2
    assert model["fit"]["log_likelihood"] == -150.5
    assert model["fit"]["n_iter"] == 7
    assert model["fit"]["n_passes"] == 9
    assert model["fit"]["sample_passes"] == 0.25
    assert model["fit"]["options"]["accelerate"] is True
    assert model["fit"]["stop_reason"] == "converged"
    assert model["fit"]["converged"] is True
    assert model["criteria"] == {
        "sign": "lower is better",
        "n_parameters": 11,
        "aic": 301.0 + 22,
        "bic": 301.0 + 11 * np.log(50),
        "icl": 301.0 + 11 * np.log(50) + 2.5,
    }
    assert_equal(load_mixture(path), result.mixture)


def test_the_summary_is_plain_json_with_the_documented_keys() -> None:
    summary = some_result().summary()
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert list(summary) == [
        *("n_samples", "columns", "transforms", "units", "n_components", "family"),
        *("weights", "means", "covariances"),
        *("log_likelihood", "bic", "aic", "icl", "n_iter", "n_passes"),
        *("sample_passes", "n_starts", "n_best", "stop_reason", "converged", "seconds", "seed"),
        *("n_filtered", "n_left_out", "n_incomplete", "total_weight", "noise", "doubts"),
    ]


NOT_JSON = {
    "empty": b"",
    "text": b"hello",
    "half": b'{"format": "gmm-app-model", "version": 1, "weights": [0.5',
    "noise": np.random.default_rng(0).bytes(1000),
    "utf-16": b"\xff\xfe{\x00",
    "list": b"[1, 2]",
    "number": b"3",
    "other": b'{"format": "other", "version": 1}',
    "no format": b"{}",
    "deep": b"[" * 100_000,
    "digits": b"1" * 10_000,
}


@pytest.mark.parametrize("kind", NOT_JSON)
def test_what_is_no_model_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(NOT_JSON[kind])
    with pytest.raises(ModelError, match=r"^model.json is not a model file: choose a JSON file"):
        load_mixture(path)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "newer": ({"version": 3}, "newer program .* update this program"),
    "no version": ({"version": None}, "does not say which version"),
    "odd version": ({"version": "1"}, "does not say which version"),
    "no means": ({"means": None}, "lacks means"),
    "nothing": ({"means": None, "family": None}, "lacks family, means"),
    "family": ({"family": "XYZ"}, "no covariance family 'XYZ'"),
    "family kind": ({"family": ["VVV"]}, "no covariance family"),
    "shape": ({"weights": [1.0]}, "need shapes"),
    "ragged": ({"means": [[0.0, 1.0], [2.0]]}, "means are not an even array"),
    "texts": ({"weights": ["0.1", "0.9"]}, "weights are not an even array"),
    "truths": ({"weights": [True, False]}, "weights are not an even array"),
    "object": ({"weights": {"a": 1}}, "weights are not an even array"),
    "sum": ({"weights": [0.5, 0.9]}, "sum to 1"),
    "negative": ({"weights": [-0.5, 1.5]}, "must not be negative"),
    "nan": ({"means": [[float("nan"), 0.0], [0.0, 0.0]]}, "must be finite"),
    "huge": ({"means": [[10**400, 0.0], [0.0, 0.0]]}, "means are not an even array"),
    "empty": ({"weights": [], "means": [], "covariances": []}, "need shapes"),
    "singular": ({"covariances": [[[1.0, 1.0], [1.0, 1.0]]] * 2}, "covariance is singular"),
    "indefinite": ({"covariances": [[[1.0, 2.0], [2.0, 1.0]]] * 2}, "covariance is singular"),
    "skew": ({"covariances": [[[1.0, 0.5], [0.1, 1.0]]] * 2}, "not symmetric"),
    "names": ({"columns": ["a", "a"]}, "columns need different names"),
    "name kind": ({"columns": "ab"}, "columns need different names"),
    "name count": ({"columns": ["a"]}, "2 columns need as many names"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_contents_are_named(tmp_path: Path, kind: str) -> None:
    changes, expected = WRONG[kind]
    with pytest.raises(ModelError, match=expected) as caught:
        load_mixture(saved(tmp_path, **changes))
    assert str(caught.value).startswith("model.json ")
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no file"):
        load_mixture(tmp_path / "nothing.json")
    with pytest.raises(ModelError, match="There is no file ~no-such-user"):
        load_mixture("~no-such-user/model.json")
    with pytest.raises(ModelError, match="is a folder"):
        load_mixture(tmp_path)
    with pytest.raises(ExportError, match="folder does not exist"):
        some_mixture().save(tmp_path / "nowhere" / "model.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ModelError, match="is not an ordinary file: choose a model file"):
            load_mixture(path)


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    with open(path, "wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(ModelError, match="too large to be a model file"):
        load_mixture(path)
