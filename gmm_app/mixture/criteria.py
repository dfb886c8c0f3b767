"""Information criteria. In all of them LOWER is better."""

from __future__ import annotations

import math


def aic(log_likelihood: float, n_parameters: int) -> float:
    """-2 log L + 2 p (Akaike 1974); lower is better."""
    return -2.0 * log_likelihood + 2.0 * n_parameters


def bic(log_likelihood: float, n_parameters: int, n_samples: float) -> float:
    """-2 log L + p log N (Schwarz 1978); lower is better."""
    return -2.0 * log_likelihood + n_parameters * math.log(n_samples)


def icl(bic_value: float, classification_entropy: float) -> float:
    """BIC + 2 E, where E is the sum over rows of -log of the row's largest responsibility.

    Lower is better. The integrated completed likelihood of Biernacki, Celeux & Govaert (2000),
    with each row given to its most probable component.
    """
    return bic_value + 2.0 * classification_entropy
