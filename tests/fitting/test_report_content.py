"""What a whole report says, whatever it is written as."""

import re
from dataclasses import replace

import numpy as np

import gmm_app as gm
from gmm_app.fitting.report import as_text
from gmm_app.fitting.report_content import Caution, Code, Grid, Pictures, report_of


def _section(report, title):
    (found,) = (section for section in report.sections if section.title == title)
    return found.blocks


def test_it_holds_all_that_is_needed_to_judge_the_fit(reference):
    result = gm.fit(reference("faithful"), n_components=3, n_init=3, seed=0)
    report = report_of(result)
    assert report.title == "3 Gaussian components in faithful.csv"
    assert result.dataset.digest in " ".join(map(str, _section(report, "Data")))
    assert Pictures() in _section(report, "What was found")
    assert len(_section(report, "Each component")) == 3
    (options,) = _section(report, "Options of the fit")
    assert ("Starts", "n_init", "3", "") in options.rows
    assert ("At most", "max_iter", "1000", "as usual") in options.rows
    assert sum(isinstance(block, Code) for block in _section(report, "How to do it again")) == 2
    (versions,) = _section(report, "Made with")
    assert ("NumPy", np.__version__) in versions.rows
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                assert {len(row) for row in block.rows} == {len(block.sides)}
                assert len(block.headings) in (0, len(block.sides))


def test_spreads_and_correlations_are_those_of_the_covariances(reference):
    result = gm.fit(reference("faithful"), n_components=2, n_init=1, seed=0)
    first, second = _section(report_of(result), "Each component")[1].rows
    covariance = result.mixture.covariances[1]
    assert first[0] == "eruptions" and first[3] == ""
    assert float(second[2]) == float(f"{np.sqrt(covariance[1, 1]):.4g}")
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert abs(float(second[3]) - expected) < 6e-4


def test_many_components_and_columns_stay_readable(reference):
    small = gm.fit(reference("faithful"), n_components=1, seed=0)
    columns = tuple(f"x{d}" for d in range(11))
    data = gm.Dataset(np.random.default_rng(0).standard_normal((600, 11)), columns)
    means = np.random.default_rng(1).standard_normal((14, 11))
    mixture = gm.Mixture(
        np.full(14, 1 / 14), means, np.tile(np.eye(11), (14, 1, 1)), "VVV", columns
    )
    result = replace(small, mixture=mixture, dataset=data)
    blocks = _section(report_of(result), "Each component")
    assert len(blocks) == 13 and len(blocks[0].rows) == 8
    assert blocks[-1] == "(the first 12 components, the first 8 columns; the model file has all)"


def test_doubts_stand_out_and_the_text_has_them_too():
    rows = np.concatenate([np.random.default_rng(0).standard_normal((60, 1)), np.zeros((40, 1))])
    report = report_of(gm.fit(rows, n_components=2, n_init=2, seed=0))
    doubts = [b for b in _section(report, "What was found") if isinstance(b, Caution)]
    text = as_text(report)
    assert doubts and doubts[0].sentence in " ".join(text.split())
    assert re.search(r"^How to do it again\n-+$", text, re.M)


def test_no_folder_is_told(reference):
    data = reference("faithful")
    text = as_text(report_of(gm.fit(data, n_components=1, seed=0)))
    assert "faithful.csv" in text and str(data.source) != "faithful.csv"
    assert str(data.source) not in text and "/tests/" not in text
