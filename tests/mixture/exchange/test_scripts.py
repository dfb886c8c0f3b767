"""Models as scripts: the densities are the same where they run, whatever the columns are called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gmm_app
from gmm_app.errors import ExportError
from gmm_app.mixture.box_cox import BoxCox
from gmm_app.mixture.mixture import Mixture
from gmm_app.mixture.noise import Noise
from gmm_app.mixture.transforms import Arcsinh, AsItIs, Log, Logit
from tests.mixture.exchange.examples import every_mixture, mixture_of
from tests.mixture.exchange.others import (
    has_octave,
    has_r,
    in_octave,
    in_python,
    in_r,
    largest_difference,
    write_every_script,
)

ENDINGS = (".py", ".R", ".m")
AWKWARD = ('a "b"', "it's", "back\\slash", "two\nlines", "länge", "<<head>>", "%d # ...", "😀", "")


def test_scikit_learn_gives_the_same_densities(tmp_path: Path) -> None:
    expected = write_every_script(tmp_path, ".py")
    found = in_python(tmp_path)
    assert largest_difference(found, expected, "log_density") < 1e-12
    without_noise = {name: y for name, y in expected.items() if "noise" not in name}
    assert largest_difference(found, without_noise, "score_samples") < 1e-10


@pytest.mark.skipif(not has_r(), reason="R with mclust is not installed; `make proofs` asks for it")
def test_mclust_gives_the_same_densities(tmp_path: Path) -> None:
    expected = write_every_script(tmp_path, ".R")
    found = in_r(tmp_path)
    assert largest_difference(found, expected, "log_density") < 1e-12
    assert largest_difference(found, expected, "predict") < 1e-10


@pytest.mark.skipif(not has_octave(), reason="Octave is not installed")
def test_octave_gives_the_same_densities(tmp_path: Path) -> None:
    expected = write_every_script(tmp_path, ".m")
    assert largest_difference(in_octave(tmp_path), expected, "log_density") < 1e-12


def test_every_number_of_an_r_script_comes_back_bit_for_bit(tmp_path: Path) -> None:
    for name, mixture in every_mixture():
        mixture.save(tmp_path / f"{name}.R")
        assert_same(gmm_app.load(tmp_path / f"{name}.R"), mixture)


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_of_a_column_is_only_a_name(tmp_path: Path, name: str) -> None:
    mixture = renamed(mixture_of("VVV", 2, noise=False), (name, "other"))
    for ending in ENDINGS:
        mixture.save(tmp_path / f"model{ending}")
    np.savetxt(tmp_path / "model.csv", mixture.means, delimiter=",", fmt="%.17g")
    script: dict[str, object] = {}
    exec((tmp_path / "model.py").read_text(encoding="utf-8"), script)
    assert script["COLUMNS"] == [name, "other"]
    assert gmm_app.load(tmp_path / "model.R").columns == (name, "other")
    expected = {"model": mixture.log_density(mixture.means)}
    if has_r():
        assert largest_difference(in_r(tmp_path), expected, "log_density") < 1e-12
    if has_octave():
        assert largest_difference(in_octave(tmp_path), expected, "log_density") < 1e-12


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_script_says_what_it_is_and_not_where_it_was_made(tmp_path: Path, ending: str) -> None:
    mixture_of("EEE", 2, noise=True).save(tmp_path / f"model{ending}")
    text = (tmp_path / f"model{ending}").read_text(encoding="utf-8")
    first = "\n".join(text.splitlines()[:8])
    assert "3 components and noise, family EEE" in first
    assert '"column 1", "column 2"' in first
    assert "units of the data" in first and "natural logarithm" in first
    assert str(tmp_path) not in text


def test_run_by_itself_a_script_prints_the_densities_of_a_file(tmp_path: Path) -> None:
    mixture = mixture_of("VII", 2, noise=True)
    mixture.save(tmp_path / "model.py")
    rows = tmp_path / "rows.csv"
    rows.write_text("column 2,name,column 1\n1.5,a,2.5\n-3,b,1e3\n", encoding="utf-8")
    command = [sys.executable, str(tmp_path / "model.py"), str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    expected = mixture.log_density([[2.5, 1.5], [1e3, -3.0]])
    np.testing.assert_allclose(np.array(done.stdout.split(), float), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("family", "kind"),
    [("EII", "spherical"), ("VII", "spherical"), ("EVI", "diag"), ("EEE", "tied"), ("VEE", "full")],
)
def test_the_narrowest_covariance_type_is_chosen(tmp_path: Path, family: str, kind: str) -> None:
    mixture_of(family, 2, noise=False).save(tmp_path / "model.py")
    assert f'covariance_type="{kind}"' in (tmp_path / "model.py").read_text(encoding="utf-8")


def test_mixtures_off_the_beaten_track(tmp_path: Path) -> None:
    own = mixture_of("VVV", 2, noise=False)
    no_share = Noise(0.0, np.zeros(2), np.ones(2))
    wide = Noise(0.25, np.full(60, -1e10), np.full(60, 1e10))
    mixtures = {
        "not_alike": Mixture(own.weights, own.means, own.covariances, "EEE"),
        "not_alike_1": Mixture([0.5, 0.5], [[0.0], [1.0]], [[[1.0]], [[2.0]]], "E"),
        "no_weight": Mixture([0.25, 0.0, 0.75], own.means, own.covariances, noise=no_share),
        "wide_noise": Mixture([0.75], np.zeros((1, 60)), [np.eye(60)], noise=wide),
        "one": Mixture([1.0], own.means[:1], own.covariances[:1]),
    }
    expected = {}
    for name, mixture in mixtures.items():
        for ending in ENDINGS:
            mixture.save(tmp_path / f"{name}{ending}")
        rows = np.vstack([mixture.means, mixture.means + 50.0])
        np.savetxt(tmp_path / f"{name}.csv", rows, delimiter=",", fmt="%.17g")
        expected[name] = mixture.log_density(rows)
    for run in [in_python] + [in_r] * has_r() + [in_octave] * has_octave():
        assert largest_difference(run(tmp_path), expected, "log_density") < 1e-12


def test_rows_and_densities_of_transformed_columns_are_in_their_own_units(tmp_path: Path) -> None:
    bent = (Log(), Logit(-2.0, 7.5), AsItIs(), Arcsinh(150.0), BoxCox(0.3), BoxCox(0.0))
    expected = {}
    for noise in (False, True):
        own = mixture_of("VEV", 6, noise=noise)
        # Where all transforms have an inverse.
        means = own.means / 10.0
        parts = own.weights, means, own.covariances / 30.0, own.family, own.columns, own.noise
        mixture = Mixture(*parts, bent)
        name = f"model_{'noise' * noise}"
        for ending in ENDINGS:
            mixture.save(tmp_path / f"{name}{ending}")
        rows = mixture.sample(50, seed=1)
        np.savetxt(tmp_path / f"{name}.csv", rows, delimiter=",", fmt="%.17g")
        expected[name] = mixture.log_density(rows)
        loaded = gmm_app.load(tmp_path / f"{name}.R")
        assert loaded.transforms == bent
        np.testing.assert_array_equal(loaded.means, means)
    assert "log(" in (tmp_path / "model_.py").read_text(encoding="utf-8").splitlines()[2]
    assert largest_difference(in_python(tmp_path), expected, "log_density") < 1e-10
    for run in [in_r] * has_r() + [in_octave] * has_octave():
        assert largest_difference(run(tmp_path), expected, "log_density") < 1e-10


@pytest.mark.parametrize("name", ["my model.m", "1.m", "a-b.M", "_x.m", "é.m"])
def test_a_matlab_file_needs_the_name_of_a_function(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="use letters, digits and underscores only"):
        mixture_of("VVV", 1, noise=False).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def renamed(mixture: Mixture, columns: tuple[str, ...]) -> Mixture:
    return Mixture(mixture.weights, mixture.means, mixture.covariances, mixture.family, columns)


def assert_same(one: Mixture, other: Mixture) -> None:
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.columns == other.columns
    assert (one.noise is None) == (other.noise is None)
    if one.noise is not None and other.noise is not None:
        np.testing.assert_array_equal(one.noise.low, other.noise.low)
        np.testing.assert_array_equal(one.noise.high, other.noise.high)
        assert one.noise.weight == other.noise.weight
