import numpy as np
import pytest

from gmm_app.data.from_array import as_dataset
from gmm_app.engines.cancellation import CancelFlag
from gmm_app.engines.local import LocalEngine
from tests.problems import random_mixture


@pytest.fixture
def run_a_pass():
    """A function that runs one full-covariance pass over rows in the given memory order."""

    def run(order="C"):
        mixture = random_mixture(2, 3, seed=0)
        X = np.array(mixture.sample(5_000, seed=1), order=order)
        return LocalEngine(as_dataset(X), cancel=CancelFlag()).em_pass(mixture)

    return run
