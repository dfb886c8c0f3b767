"""Options of how files are read: on their way into files and back."""

from __future__ import annotations

from typing import Any

import pytest

from gmm_app.data.import_options import AS_FOUND, ImportOptions
from gmm_app.errors import DataError


def test_they_come_back_from_plain_values() -> None:
    asked = ImportOptions(skip=2, missing=("NA", "-9"), kinds=(("id", "text"),), header=False)
    plain = asked.to_json()
    assert ImportOptions.from_json(plain | {"of a later version": 1}) == asked
    lists = {"missing": ["NA", "-9"], "kinds": [["id", "text"]]}
    assert ImportOptions.from_json(plain | lists) == asked
    assert ImportOptions.from_json({}) == AS_FOUND


@pytest.mark.parametrize(
    "values",
    [
        *({"skip": value} for value in ("1", 1.5, True, 10**30)),
        *({"missing": value} for value in ("NA", 5, [1], [None], {"a": 1})),
        *({"kinds": value} for value in ("a", None, [1], [["a"]], [["a", "b", "c"]])),
        *({name: 5} for name in ("part", "encoding", "delimiter", "quote", "thousands")),
        *({name: "no"} for name in ("header", "units", "uneven", "compensate")),
        *({"bad_rows": []}, {"storage": None}, {"precision": {}}),
    ],
)
def test_values_that_cannot_be_are_refused_in_a_sentence(values: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="cannot be"):
        ImportOptions.from_json(values)


@pytest.mark.parametrize("values", [[], "x", 5, None])
def test_what_has_no_names_is_refused(values: Any) -> None:
    with pytest.raises(DataError, match="names and values"):
        ImportOptions.from_json(values)
