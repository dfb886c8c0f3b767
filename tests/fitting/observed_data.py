"""The observed-data likelihood of rows with missing values, maximised by a general optimiser."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from gmm_app.mixture.mixture import Mixture


class ObservedData:
    """Rows by which values they lack; parameters are log weights, means, log-Cholesky factors.

    Parameters
    ----------
    X : (N, D), NaN for what is missing.
    n_components : K.
    full : covariances of family VVV, else VVI.
    """

    def __init__(self, X, n_components, *, full):
        patterns, which = np.unique(np.isnan(X), axis=0, return_inverse=True)
        self.groups = [
            (np.flatnonzero(~missing), X[which.reshape(-1) == number][:, ~missing])
            for number, missing in enumerate(patterns)
        ]
        self.shape = n_components, X.shape[1]
        self.places = np.tril_indices(X.shape[1]) if full else np.diag_indices(X.shape[1])

    def parts(self, parameters):
        k, d = self.shape
        means = parameters[k : k + k * d].reshape(k, d)
        roots = np.zeros((k, d, d))
        roots[:, self.places[0], self.places[1]] = parameters[k + k * d :].reshape(k, -1)
        diagonal = np.arange(d)
        roots[:, diagonal, diagonal] = np.exp(roots[:, diagonal, diagonal])
        return log_softmax(parameters[:k]), means, roots

    def vector(self, mixture):
        roots = np.linalg.cholesky(mixture.covariances)
        diagonal = np.arange(self.shape[1])
        roots[:, diagonal, diagonal] = np.log(roots[:, diagonal, diagonal])
        own = roots[:, self.places[0], self.places[1]]
        return np.concatenate([np.log(mixture.weights), mixture.means.ravel(), own.ravel()])

    def log_likelihood(self, parameters):
        """And its gradient."""
        (k, d), (log_weights, means, roots) = self.shape, self.parts(parameters)
        total, to_weights = 0.0, np.zeros(k)
        to_means, to_covariances = np.zeros((k, d)), np.zeros((k, d, d))
        for seen, rows in self.groups:
            covariances = [root[seen] @ root[seen].T for root in roots]
            precisions = [np.linalg.inv(covariance) for covariance in covariances]
            log_prob = np.empty((len(rows), k))
            for j in range(k):
                u = rows - means[j, seen]
                constant = np.linalg.slogdet(2.0 * np.pi * covariances[j])[1]
                distance = (u @ precisions[j] * u).sum(axis=1)
                log_prob[:, j] = log_weights[j] - 0.5 * (constant + distance)
            log_density = logsumexp(log_prob, axis=1)
            total += log_density.sum()
            resp = np.exp(log_prob - log_density[:, np.newaxis])
            to_weights += resp.sum(axis=0) - len(rows) * np.exp(log_weights)
            for j in range(k):
                pulls = (rows - means[j, seen]) @ precisions[j]
                to_means[j, seen] += resp[:, j] @ pulls
                inner = (resp[:, j, np.newaxis] * pulls).T @ pulls
                own = 0.5 * (inner - resp[:, j].sum() * precisions[j])
                to_covariances[j][np.ix_(seen, seen)] += own
        to_roots = 2.0 * to_covariances @ roots
        diagonal = np.arange(d)
        to_roots[:, diagonal, diagonal] *= roots[:, diagonal, diagonal]
        to_roots = to_roots[:, self.places[0], self.places[1]]
        return total, np.concatenate([to_weights, to_means.ravel(), to_roots.ravel()])


def highest_log_likelihood(X: np.ndarray, start: Mixture) -> float:
    """The maximum that BFGS finds from a start of family VVV or VVI."""
    problem = ObservedData(X, start.n_components, full=start.family == "VVV")

    def downhill(parameters):
        value, gradient = problem.log_likelihood(parameters)
        return -value, -gradient

    options = {"gtol": 1e-8, "maxiter": 5_000}
    search = minimize(downhill, problem.vector(start), jac=True, method="BFGS", options=options)
    return float(problem.log_likelihood(search.x)[0])
