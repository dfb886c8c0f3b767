"""Slow, obvious oracles in plain numpy, named as what they check."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def gaussian_log_density(X: Array, mean: Array, covariance: Array) -> Array:
    """By explicit inverse and determinant, a row at a time."""
    precision = np.linalg.inv(covariance)
    constant = -0.5 * np.log(np.linalg.det(2.0 * np.pi * covariance))
    return np.array([constant - 0.5 * (x - mean) @ precision @ (x - mean) for x in X])


def joint_log_prob(X: Array, weights: Array, means: Array, covariances: Array) -> Array:
    """(N, K) log of weight times density."""
    columns = [
        np.log(weight) + gaussian_log_density(X, mean, covariance)
        for weight, mean, covariance in zip(weights, means, covariances, strict=True)
    ]
    return np.stack(columns, axis=1)


def score_rows(X: Array, weights: Array, means: Array, covariances: Array) -> tuple[Array, Array]:
    """(N, K) responsibilities and (N,) log density."""
    log_prob = joint_log_prob(X, weights, means, covariances)
    top = log_prob.max(axis=1, keepdims=True)
    log_density = top[:, 0] + np.log(np.exp(log_prob - top).sum(axis=1))
    return np.exp(log_prob - log_density[:, np.newaxis]), log_density


def em_pass(
    X: Array, weights: Array, means: Array, covariances: Array
) -> tuple[float, float, Array, Array, Array]:
    """Log-likelihood, classification entropy, nk, first and second moments about `means`."""
    resp, log_density = score_rows(X, weights, means, covariances)
    nk = resp.sum(axis=0)
    first, second = [], []
    for k, mean in enumerate(means):
        u = X - mean
        first.append(sum(r * x for r, x in zip(resp[:, k], u, strict=True)))
        second.append(sum(r * np.outer(x, x) for r, x in zip(resp[:, k], u, strict=True)))
    entropy = -np.log(resp.max(axis=1)).sum()
    return log_density.sum(), entropy, nk, np.array(first), np.array(second)


def m_step_vvv(X: Array, resp: Array) -> tuple[Array, Array, Array]:
    """Weights, means and covariances, each component its own, as in the textbook."""
    nk = resp.sum(axis=0)
    means = (resp.T @ X) / nk[:, np.newaxis]
    covariances = [
        sum(r * np.outer(x - mean, x - mean) for r, x in zip(resp[:, k], X, strict=True)) / nk[k]
        for k, mean in enumerate(means)
    ]
    return nk / len(X), means, np.array(covariances)


def nearest_center(X: Array, centers: Array) -> tuple[Array, Array]:
    """(N,) number of the nearest centre, and the squared distance to it."""
    squared = ((X[:, np.newaxis] - centers) ** 2).sum(axis=2)
    return squared.argmin(axis=1), squared.min(axis=1)


def em_pass_with_gaps(
    X: Array, weights: Array, means: Array, covariances: Array
) -> tuple[float, float, Array, Array, Array]:
    """As `em_pass`, with NaN for what is missing: expected moments, row by row."""
    k, d = means.shape
    log_likelihood = entropy = 0.0
    nk, first, second = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
    for x in X:
        o, m = np.flatnonzero(~np.isnan(x)), np.flatnonzero(np.isnan(x))
        resp, log_density = score_rows(
            x[np.newaxis, o], weights, means[:, o], covariances[:, o][:, :, o]
        )
        log_likelihood += log_density[0]
        entropy -= np.log(resp.max())
        for j in range(k):
            slopes = covariances[j][np.ix_(m, o)] @ np.linalg.inv(covariances[j][np.ix_(o, o)])
            u, spread = np.zeros(d), np.zeros((d, d))
            u[o] = x[o] - means[j, o]
            u[m] = slopes @ u[o]
            left = covariances[j][np.ix_(m, m)] - slopes @ covariances[j][np.ix_(o, m)]
            spread[np.ix_(m, m)] = left
            nk[j] += resp[0, j]
            first[j] += resp[0, j] * u
            second[j] += resp[0, j] * (np.outer(u, u) + spread)
    return log_likelihood, entropy, nk, first, second
