"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from gmm_app.ui.number_text import (
    MINUS,
    NONE,
    correlation,
    count,
    decimals_for,
    duration,
    measured,
    memory,
    number,
    scientific,
)


def test_numbers_have_thousands_marks_and_a_proper_minus() -> None:
    assert number(-160412.71, 1) == f"{MINUS}160,412.7"
    assert number(6809) == "6,809"
    assert number(-0.0004, 2) == "0.00"
    assert number(math.nan) == NONE


def test_scientific_numbers_carry_no_padding() -> None:
    assert scientific(2.1e-5, sign=True) == f"+2.1e{MINUS}5"
    assert scientific(-3e12, 0) == f"{MINUS}3e12"
    assert scientific(math.inf) == NONE


@pytest.mark.parametrize(("scale", "decimals"), [(53.0, 1), (0.183, 3), (4200.0, 0), (0.0, 3)])
def test_a_spread_sets_the_decimals(scale: float, decimals: int) -> None:
    assert decimals_for(scale) == decimals


def test_measured_values_match_their_spread() -> None:
    assert measured(327.77, 53.01) == "327.8"
    assert measured(3.2e-9, 1e-10) == f"3.20e{MINUS}9"


def test_signs_counts_and_amounts() -> None:
    assert correlation(0.214) == "+.21"
    assert correlation(-0.214) == f"{MINUS}.21"
    assert correlation(0.001) == ".00"
    assert correlation(1.0) == "+1.00"
    assert count(1, "row") == "1 row"
    assert count(6809, "row") == "6,809 rows"
    assert duration(0.2) == "1 s"
    assert duration(300) == "5 min"
    assert duration(7200) == "2.0 h"
    assert memory(217_888) == "0.2 MB"
    assert memory(4.1e9) == "4.1 GB"
