"""Criteria against figures printed in the literature (mclust's BIC is minus ours)."""

import pytest

from gmm_app.mixture import criteria


def test_bic_of_old_faithful_three_components_eee():
    assert criteria.bic(-1126.315928, 11, 272) == pytest.approx(2314.295678, abs=1e-5)


def test_bic_of_iris_three_components_vvv():
    assert criteria.bic(-180.185477, 44, 150) == pytest.approx(580.838907, abs=1e-5)


def test_aic_and_icl():
    assert criteria.aic(-100.0, 7) == 214.0
    assert criteria.icl(250.0, 3.5) == 257.0
