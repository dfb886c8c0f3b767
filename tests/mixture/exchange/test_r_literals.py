"""Literals of R."""

from __future__ import annotations

import numpy as np
import pytest

from gmm_app.errors import ModelError
from gmm_app.mixture.exchange.r_literals import read_r

NUMBERS = {
    "3": [3.0],
    "-1.5e-3": [-0.0015],
    "2L": [2.0],
    ".5": [0.5],
    "0x1.8p+1": [3.0],
    "0x1FL": [31.0],
    "-0x1p-1074": [-5e-324],
    "4:2": [4.0, 3.0, 2.0],
    "-1:1": [-1.0, 0.0, 1.0],
    "c(1, -2, 3e2)": [1.0, -2.0, 300.0],
    "c(1:3, 5L, Inf)": [1.0, 2.0, 3.0, 5.0, np.inf],
    "c(`1` = 0.5, `b c` = 2)": [0.5, 2.0],
    "c(NA, NaN, -Inf, TRUE, FALSE)": [np.nan, np.nan, -np.inf, 1.0, 0.0],
    "# first\n c(1, # second\n 2)": [1.0, 2.0],
    "structure(c(a = 1), class = \"x\")": [1.0],
    "c(0x1p-1, -0x1.8p1, 3L, 1e5)": [0.5, -3.0, 3.0, 1e5],
    "c()": [],
    "NULL": [],
}  # fmt: skip

TEXTS = {
    r'"a\"b\\c\n"': 'a"b\\c\n',
    r"'it\'s'": "it's",
    r'"\u00e4\u{e4}\U0001F600\x41\101"': "ää😀AA",
    r'"\u00fcber \u00e4c \u00ef}"': "über äc ï}",
    '"two\nlines"': "two\nlines",
}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text: str) -> None:
    np.testing.assert_array_equal(read_r(text, set()).numbers(), NUMBERS[text])


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert read_r(text, set()).texts() == [TEXTS[text]]


def test_dimensions_run_by_column() -> None:
    for dim in ("dim = 2:3", ".Dim = c(2L, 3L)"):
        value = read_r(f"structure(c(1, 2, 3, 4, 5, 6), {dim})", set())
        np.testing.assert_array_equal(value.numbers(), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]])


def test_lists_by_name_of_what_is_wanted_only() -> None:
    text = 'structure(list(a = f(x)[["a,b)"]] ~ y, b = 2, "c d" = {1; `)`}, e = NULL), .Names = 3)'
    value = read_r(text, {"b", "e"})
    assert value["b"].items == [2.0]
    assert value["a"].items == value["e"].items == []
    assert value.names == ["b", "e"]
    old = read_r('structure(list(1, "x"), .Names = c("a", "b"))', set())
    assert old["b"].texts() == ["x"]


@pytest.mark.parametrize(
    "text",
    [
        "f(1)",
        "c(1",
        "c(1,)",
        "x",
        "c(1 2)",
        "-",
        '"open',
        "1:x",
        "c(1-2)",
        "list(a=",
        "@",
        "NULL:2",
        "NaN:2",
        "-'a'",
    ],
)
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match="Line 1 is not as R's dput writes it"):
        read_r(text, set())
