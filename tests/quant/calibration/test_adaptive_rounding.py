import numpy as np

from firstspike.golden import formats
from firstspike.quant.calibration.adaptive_rounding import LEVELS, ErrorFeedback, nearest


def float32_nearest(weights):
    return nearest(weights).astype(np.float32)


def test_nearest_is_the_closest_of_all_codes():
    rng = np.random.default_rng(1)
    weights = np.r_[rng.normal(0, 0.4, 500), 0, 2.5, -2.5, 1e-9]
    grid = np.r_[LEVELS, -LEVELS]
    assert len(LEVELS) == formats.ZERO_MAGNITUDE + 1
    expected = grid[np.abs(weights[:, None] - grid).argmin(axis=1)]
    assert np.array_equal(np.abs(nearest(weights)), np.abs(expected))
    assert (nearest(weights) * weights >= 0).all()


def test_independent_inputs_leave_nothing_to_make_good():
    weights = np.random.default_rng(2).normal(0, 0.3, (4, 200)).astype(np.float32)
    assert np.array_equal(ErrorFeedback(np.diag(np.linspace(1, 2, 200))).round(weights), float32_nearest(weights))


def test_correlated_inputs_get_less_output_error_than_by_plain_rounding():
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(2000, 20)) @ rng.normal(size=(20, 150)) + 0.1 * rng.normal(size=(2000, 150))
    weights = rng.normal(0, 0.3, (8, 150)).astype(np.float32)
    rounded = ErrorFeedback(inputs.T @ inputs / 2000).round(weights)
    assert np.isin(np.abs(rounded), LEVELS.astype(np.float32)).all()

    def error(used):
        return np.square(inputs @ (used - weights).T).mean()

    assert error(rounded) < error(nearest(weights)) / 4


def test_inputs_that_are_never_active_are_rounded_plainly():
    covariance = np.zeros((6, 6))
    weights = np.random.default_rng(4).normal(0, 0.3, (3, 6)).astype(np.float32)
    assert np.array_equal(ErrorFeedback(covariance).round(weights), float32_nearest(weights))
