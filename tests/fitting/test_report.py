"""The report of a fit."""

import numpy as np

import gmm_app as gm
from gmm_app.fitting.report import report


def test_it_says_what_was_found_with_signs_and_all_ends(reference):
    result = gm.fit(reference("faithful"), n_components=3, n_init=12, seed=0, init="random_rows")
    text = result.report()
    for words in (
        "faithful.csv: 272 rows, columns eruptions, waiting",
        "3 components, VVV (any shape): converged",
        "Each component has its own size, shape and direction.",
        f"{result.bic:,.4f}",
        "BIC (lower is better)",
        f"{result.n_best} of 12 starts ended here",
        f"at {result.optima[1].log_likelihood:,.4f}",
    ):
        assert words in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_one_start_has_no_other_ends_and_names_are_no_markup():
    rows = np.random.default_rng(0).standard_normal((60, 2))
    data = gm.Dataset(rows, ("[red]", "b [/]"))
    text = report(gm.fit(data, n_components=1, n_init=1, seed=0), ["name [x]"])
    assert "mean [red]" in text and "mean b [/]" in text
    assert "left aside, for they are no measurements: name [x]" in text
    assert "ended here" not in text


def test_what_was_doubtful_is_said():
    rows = np.concatenate([np.random.default_rng(0).standard_normal((60, 1)), np.zeros((40, 1))])
    result = gm.fit(rows, n_components=2, n_init=2, seed=0)
    said = " ".join(result.report().split())
    assert result.doubts and all(f"beware: {sentence}" in said for sentence in result.doubts)
