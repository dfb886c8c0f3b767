"""What iterative M-steps of covariance families share out between components: one shape, or axes.

Serial: components and features are few. Both kernels lower the deviance

    sum over k of weights[k] * (log det C_k + trace(C_k^-1 S_k))

of covariances C_k from scatters S_k step by step, so that they may end at any step.
"""

from __future__ import annotations

import math

import numpy as np

from kernels.jit import kernel_part, ordered_kernel

_MOST_STEPS = 1000
_SMALLEST_STEP = 1e-14

_MOST_SWEEPS = 200
_SMALLEST_TURN = 1e-12
_DIRECTIONS = 24
_NEWTON_STEPS = 8
_NEAR = 1e-4


@kernel_part
def _geometric_mean(values):
    total = 0.0
    for value in values:
        total += math.log(value)
    return math.exp(total / values.size)


@ordered_kernel
def share_shape(weights, spreads, volumes, shape):
    """Variances volumes[k] * shape[d] of least deviance from the variances `spreads`.

    Alternately the best shape for the volumes, and the best volumes for the shape (Celeux & Govaert
    1995, model [lambda_k B]). The deviance is convex in the logarithms, so there is one minimum.

    Parameters
    ----------
    weights : (K,) float64, not negative.
    spreads : (K, D) float64, C order.
    volumes : (K,) float64. In: where to begin, positive. Out.
    shape : (D,) float64, of product 1. Out; no numbers where a feature has no spread at all.
    """
    n_components, n_features = spreads.shape
    for _ in range(_MOST_STEPS):
        for d in range(n_features):
            shape[d] = 0.0
            for k in range(n_components):
                shape[d] += weights[k] * spreads[k, d] / volumes[k]
        mean = _geometric_mean(shape)
        for d in range(n_features):
            shape[d] /= mean
        step = 0.0
        for k in range(n_components):
            volume = 0.0
            for d in range(n_features):
                volume += spreads[k, d] / shape[d]
            volume /= n_features
            step = max(step, abs(volume - volumes[k]) / volumes[k])
            volumes[k] = volume
        if not step > _SMALLEST_STEP:
            return


@kernel_part
def _coefficients(scatters, i, j, coefficients):
    """The product of variances i and j of each component, once axes i and j turn in their plane.

    Turned by psi / 4 it is c[0] - c[1] cos(psi) - c[2] sin(psi).
    """
    for k in range(scatters.shape[0]):
        middle = 0.5 * (scatters[k, i, i] + scatters[k, j, j])
        half = 0.5 * (scatters[k, i, i] - scatters[k, j, j])
        across = scatters[k, i, j]
        coefficients[k, 0] = middle * middle - 0.5 * (half * half + across * across)
        coefficients[k, 1] = 0.5 * (half * half - across * across)
        coefficients[k, 2] = half * across


@kernel_part
def _deviance(weights, coefficients, power, psi):
    """The part of the deviance that depends on a turn, and its first two derivatives.

    power 0: sum of weights * log(product); else of weights * product**power.
    """
    cosine, sine = math.cos(psi), math.sin(psi)
    value = slope = curve = 0.0
    for k in range(weights.size):
        c0, c1, c2 = coefficients[k, 0], coefficients[k, 1], coefficients[k, 2]
        product = c0 - c1 * cosine - c2 * sine
        first = c1 * sine - c2 * cosine
        second = c1 * cosine + c2 * sine
        if power == 0.0:
            value += weights[k] * math.log(product)
            slope += weights[k] * first / product
            curve += weights[k] * (second / product - (first / product) ** 2)
        else:
            scale = weights[k] * power * product**power
            value += scale / power
            slope += scale * first / product
            curve += scale * (second / product + (power - 1.0) * (first / product) ** 2)
    return value, slope, curve


@kernel_part
def _best_turn(weights, coefficients, power, n_directions):
    """The psi of least deviance: the best of some directions, then Newton's steps that lower it."""
    psi = 0.0
    least, slope, curve = _deviance(weights, coefficients, power, psi)
    for direction in range(1, n_directions):
        there = 2.0 * math.pi * direction / n_directions
        found = _deviance(weights, coefficients, power, there)
        if found[0] < least - 1e-12 * abs(least):
            psi = there
            least, slope, curve = found
    for _ in range(_NEWTON_STEPS):
        if not curve > 0.0:
            break
        step = slope / curve
        there = psi - step
        found = _deviance(weights, coefficients, power, there)
        # So near to the minimum the deviance is flat to the last bit, and its slope is not.
        if not (found[0] <= least or abs(step) < _NEAR):
            break
        psi = there
        least, slope, curve = found
    return psi - 2.0 * math.pi * math.floor(psi / (2.0 * math.pi) + 0.5)


@kernel_part
def _turn(scatters, axes, i, j, angle):
    """Turn axes i and j, and the scatters with them."""
    cosine, sine = math.cos(angle), math.sin(angle)
    for d in range(axes.shape[0]):
        x, y = axes[d, i], axes[d, j]
        axes[d, i] = cosine * x + sine * y
        axes[d, j] = cosine * y - sine * x
    for k in range(scatters.shape[0]):
        for d in range(axes.shape[0]):
            x, y = scatters[k, d, i], scatters[k, d, j]
            scatters[k, d, i] = cosine * x + sine * y
            scatters[k, d, j] = cosine * y - sine * x
        for d in range(axes.shape[0]):
            x, y = scatters[k, i, d], scatters[k, j, d]
            scatters[k, i, d] = cosine * x + sine * y
            scatters[k, j, d] = cosine * y - sine * x


@ordered_kernel
def share_axes(weights, scatters, own_volumes, axes):
    """Axes along which all scatters are nearest to diagonal: those of least deviance.

    Pair by pair of axes, the turn in their plane that lowers the deviance most, with the best
    variances along the axes put in for each turn; sweeps over all pairs until no axis turns. For
    families with one volume per component that deviance is the one of Flury & Gautschi (1986, SIAM
    J. Sci. Stat. Comput. 7); for one common volume, of Browne & McNicholas (2014, Adv. Data Anal.
    Classif. 8), who lower it by steps of all axes at once.

    Parameters
    ----------
    weights : (K,) float64, not negative.
    scatters : (K, D, D) float64, C order, symmetric. In: along `axes` as they come. Out: along
        `axes` as they go, so that the diagonals are the variances along these.
    own_volumes : whether each component has its own volume, or all have the same.
    axes : (D, D) float64, C order. In: orthonormal columns to begin with. Out.
    """
    n_components, n_features = scatters.shape[:2]
    coefficients, shares = np.empty((n_components, 3)), np.empty(n_components)
    power = 0.0 if own_volumes else 1.0 / n_features
    for sweep in range(_MOST_SWEEPS):
        largest = 0.0
        # Once all pairs have been looked at from all sides, what is left are small turns.
        n_directions = _DIRECTIONS if sweep == 0 else 1
        for i in range(n_features):
            for j in range(i + 1, n_features):
                _coefficients(scatters, i, j, coefficients)
                for k in range(n_components):
                    shares[k] = weights[k]
                    if not own_volumes:
                        shares[k] *= _others(scatters[k], i, j)
                angle = 0.25 * _best_turn(shares, coefficients, power, n_directions)
                if not abs(angle) > 0.0:
                    continue
                largest = max(largest, abs(angle))
                _turn(scatters, axes, i, j, angle)
        if not largest > _SMALLEST_TURN:
            return


@kernel_part
def _others(scatter, i, j):
    """The product of the variances but two, to the power 1 / D."""
    total = 0.0
    for d in range(scatter.shape[0]):
        if d not in (i, j):
            total += math.log(scatter[d, d])
    return math.exp(total / scatter.shape[0])
