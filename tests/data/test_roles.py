"""What columns are used for."""

from __future__ import annotations

from gmm_app.data.choice import DataChoice
from gmm_app.data.roles import Role, role_of, with_role

ORDER = ("a", "b", "c", "n")


def test_a_column_has_one_role_at_a_time() -> None:
    choice = DataChoice(("c",), missing="drop", where="a > 1")
    for role in (Role.WEIGHT, Role.KNOWN, Role.FEATURE, Role.IGNORED):
        choice = with_role(choice, "b", role, ORDER)
        assert role_of("b", choice) is role
        assert role_of("c", choice) is Role.FEATURE
        assert (choice.weights, choice.known) == (
            "b" if role is Role.WEIGHT else None,
            "b" if role is Role.KNOWN else None,
        )
    assert choice == DataChoice(("c",), missing="drop", where="a > 1")


def test_another_column_takes_the_role_over() -> None:
    choice = with_role(DataChoice(("a", "b"), weights="n"), "a", Role.WEIGHT, ORDER)
    assert choice == DataChoice(("b",), weights="a")
    assert role_of("n", choice) is Role.IGNORED


def test_features_stay_in_the_order_of_the_table() -> None:
    choice = with_role(DataChoice(("c",)), "a", Role.FEATURE, ORDER)
    assert choice.columns == ("a", "c")


def test_words_can_be_labels_though_no_features() -> None:
    choice = with_role(DataChoice(("a",)), "species", Role.KNOWN, ORDER)
    assert choice == DataChoice(("a",), known="species")
