"""What R's dput writes of mclust's fits: read with the same densities, and never run."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gmm_app
from gmm_app.errors import ModelError
from gmm_app.mixture.exchange.from_mclust import from_dput
from tests.reference_data import REFERENCE

EXPORTS = REFERENCE / "mclust_exports"
with open(EXPORTS / "densities.csv", encoding="utf-8") as _file:
    DENSITIES = list(csv.DictReader(_file))
NAMES = sorted({row["file"] for row in DENSITIES})
COLUMNS = {
    "iris": ("Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"),
    "faithful": ("eruptions", "waiting"),
    "acidity": ("acidity",),
    "odd": ('länge "cm"', "a\\b 'c'"),
}
FAMILIES = {"acidity-E": "EII", "acidity-V": "VII", "faithful-one": "VVV", "faithful-noise": "VVV"}

VVI = (EXPORTS / "iris-VVI.dput").read_text(encoding="utf-8")
GOOD = (
    "list(pro = c(0.5, 0.5), mean = c(0, 1), variance = list(modelName = 'E', d = 1, G = 2L, "
    "sigmasq = 2))"
)
NOISY = (
    "list(pro = c(0.5, 0.25, 0.25), mean = structure(c(0, 1, 2, 3), dim = c(2L, 2L)), variance = "
    "list(modelName = 'EEE', d = 2, G = 2L, Sigma = structure(c(1, 0.5, 0.5, 1), dim = c(2L, 2L))),"
    " Vinv = 0.01)"
)


@pytest.mark.parametrize("name", NAMES)
def test_the_densities_are_those_that_mclust_computed(name: str) -> None:
    mixture = gmm_app.load(EXPORTS / f"{name}.dput")
    rows = [row for row in DENSITIES if row["file"] == name]
    data = rows[0]["data"]
    source = REFERENCE / f"{'faithful' if data == 'odd' else data}.csv"
    values = np.loadtxt(source, delimiter=",", skiprows=1, ndmin=2)
    found = mixture.log_density(values[[int(row["row"]) - 1 for row in rows]])
    expected = np.array([float(row["log_density"]) for row in rows])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert mixture.columns == COLUMNS[data]
    assert mixture.family == FAMILIES.get(name.removesuffix("-fit"), name.split("-")[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_mclust_goes_back_as_it_came(tmp_path: Path, name: str) -> None:
    mixture = gmm_app.load(EXPORTS / f"{name}.dput")
    mixture.save(tmp_path / "model.R")
    back = gmm_app.load(tmp_path / "model.R")
    assert (back.family, back.columns) == (mixture.family, mixture.columns)
    for of in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(back, of), getattr(mixture, of))


def test_noise_keeps_its_density_in_a_box_around_the_components() -> None:
    noise = gmm_app.load(EXPORTS / "faithful-noise.dput").noise
    assert noise is not None
    assert np.exp(noise.log_density) == pytest.approx(0.0075832948535981288, rel=1e-12)
    assert noise.weight == pytest.approx(0.0846808874)
    assert (noise.low < [2.0, 54.1]).all() and (noise.high > [4.3, 80.1]).all()


def test_a_file_of_any_ending_is_known_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text(f"\ufeff# of a colleague\n{GOOD}\n", encoding="utf-8")
    mixture = gmm_app.load(path)
    assert mixture.columns == ("x1",)
    np.testing.assert_array_equal(mixture.covariances, [[[2.0]], [[2.0]]])


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    path = tmp_path / "model.dput"
    trap = f"list(call = system('touch {tmp_path}/ran'), data = list(x = quote(f(')', \"]\"))), "
    path.write_text(GOOD.replace("list(", trap, 1), encoding="utf-8")
    gmm_app.load(path)
    path.write_text(GOOD.replace("c(0, 1)", f"system('touch {tmp_path}/ran')"), encoding="utf-8")
    with pytest.raises(ModelError, match="^model.dput .* Line 1 is not as R's dput writes it"):
        gmm_app.load(path)
    assert not (tmp_path / "ran").exists()


WRONG = {
    "nothing": ("", "is not a model file"),
    "no list": ("3", "no numbers as mean"),
    "no means": (GOOD.replace("mean =", "means ="), "no numbers as mean"),
    "texts": (GOOD.replace("c(0, 1)", "c('a', 'b')"), "no numbers as mean"),
    "no variances": (GOOD.replace("sigmasq =", "sigma ="), "no numbers as sigmasq"),
    "no family": (GOOD.replace("'E'", "'Q'"), "no covariance family 'Q'"),
    "missing": (GOOD.replace("c(0, 1)", "c(0, NA)"), "must be finite"),
    "sum": (GOOD.replace("c(0.5, 0.5)", "c(0.5, 0.6)"), "sum to 1"),
    "negative": (GOOD.replace("sigmasq = 2", "sigmasq = -2"), "covariance is singular"),
    "shape": (
        VVI.replace("dim = 4:3", "dim = c(4L, 4L)").replace("c(4L, 3L)", "c(4L, 4L)"),
        "no numbers as mean",
    ),
    "twice": (VVI.replace('"Petal.Width"', '"Sepal.Width"'), "different names"),
    "means": (NOISY.replace("3), dim = c(2L, 2L)", "3), dim = c(2L, 2L, 1L)"), "a row for each"),
    "density": (NOISY.replace("0.01", "-1"), "needs a box"),
    "deep": ("list(pro = " + "c(" * 10_000, "Line 1"),
    "long range": (GOOD.replace("c(0, 1)", "1:1000000000"), "Line 1"),
    "minus": ("list(mean = " + "-" * 10_000, "Line 1"),
    "names": (GOOD.replace("c(0, 1)", "structure(1, dimnames = c(1, 2))"), "need shapes"),
    "line": (GOOD.replace("mean = ", "\n\nmean = x$"), "Line 3"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, kind: str) -> None:
    text, expected = WRONG[kind]
    path = tmp_path / "model.dput"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=expected) as caught:
        gmm_app.load(path)
    assert str(caught.value).startswith("model.dput ")
    assert "\n" not in str(caught.value)


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.dput"
    with open(path, "wb") as file:
        file.write(GOOD.encode())
        file.truncate(1 << 25)
    with pytest.raises(ModelError, match="is not a model file"):
        gmm_app.load(path)


def test_a_file_that_ends_anywhere_is_refused() -> None:
    end = len(VVI.rstrip())
    for length in range(end):
        with pytest.raises(ModelError):
            from_dput(VVI[:length])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.sampled_from([VVI, NOISY]),
    at=st.integers(0, len(VVI) - 1),
    instead=st.text(max_size=3) | st.sampled_from(["-", "0", "NULL", "c(", "1:3", ", dim = 1:3"]),
    n_lost=st.integers(0, 20),
)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    text: str, at: int, instead: str, n_lost: int
) -> None:
    at %= len(text)
    try:
        mixture = from_dput(text[:at] + instead + text[at + n_lost :])
    except gmm_app.GmmError as error:
        assert str(error).endswith(".")
    else:
        assert np.isfinite(mixture.means).all()
