"""FitOptions: bounds, aliases, descriptions."""

from typing import Any

import numpy as np
import pytest

from gmm_app.errors import OptionError
from gmm_app.fitting.options import FitOptions, is_yes_or_no, option_fields


def test_aliases_become_names():
    assert FitOptions(family="full").family == "VVV"


def test_every_field_describes_itself_to_people():
    for item, option in option_fields():
        assert option.label[0].isupper() and option.help.endswith("."), item.name
        assert option.flags[-1].startswith("--")
        assert option.choices or option.minimum is not None or is_yes_or_no(item)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_components", 0),
        ("n_components", 2.5),
        ("n_components", True),
        ("n_components", "3"),
        ("n_init", 10_001),
        ("tol", float("nan")),
        ("tol", 2.0),
        ("reg_covar", -1e-9),
        ("max_iter", None),
        ("seed", -1),
        ("init", "somehow"),
        ("family", None),
        ("accelerate", "yes"),
        ("accelerate", 1),
        ("prefix", None),
    ],
)
def test_a_value_out_of_bounds_is_named_with_a_remedy(name, value):
    with pytest.raises(OptionError, match="choose|give"):
        FitOptions(**{name: value})


def test_whole_floats_are_whole_numbers():
    given: Any = 4.0
    assert isinstance(FitOptions(n_components=given).n_components, int)


def test_a_yes_or_no_stays_one():
    given: Any = np.bool_(False)
    assert FitOptions(accelerate=given).accelerate is False
    assert [item.name for item, _ in option_fields() if is_yes_or_no(item)] == [
        *("noise", "prior", "reseed", "accelerate", "prefix", "polite"),
    ]


def test_none_means_chosen_for_you():
    assert FitOptions(seed=None, n_threads=None).seed is None
