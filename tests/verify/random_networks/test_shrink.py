import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import fast
from firstspike.verify.random_networks import cases, shrink


@pytest.fixture
def first_failing():
    def find(fails):
        return next(case for seed in range(1000) if fails(case := cases.from_seed(seed, PRESETS["tiny"])))

    return find


def test_a_bug_of_a_kernel_and_a_stride_is_reduced_to_them(first_failing):
    def fails(case):
        return any(
            layer.window.stride == 2 and layer.window.kernel[0] >= 3 for layer in case.network_file.network.layers
        )

    case = first_failing(fails)
    simplest = shrink.shrink(case, fails)
    network = simplest.network_file.network
    assert fails(simplest) and len(simplest.images) == 1 and simplest.stall == 0
    assert len(network.layers) == 2 and network.layers[0].window.kernel == (3, 1)
    assert network.input_shape[0] == network.layers[0].out_channels == network.layers[-1].out_channels == 1
    assert cases.from_choices(simplest.choices, simplest.config).network_file.stream == simplest.network_file.stream


def test_a_wrong_entry_of_the_product_table_is_reduced_to_one_small_layer(first_failing, monkeypatch):
    table = list(formats.PRODUCT_TABLE)
    table[1] += 1

    def fails(case):
        network = case.network_file.network
        expected = fast.run(network, case.images).potentials
        with monkeypatch.context() as patch:
            patch.setattr(formats, "PRODUCT_TABLE", tuple(table))
            return not np.array_equal(fast.run(network, case.images).potentials, expected)

    monkeypatch.setattr(shrink, "MOST_EXAMPLES", 150)
    case = first_failing(fails)
    simplest = shrink.shrink(case, fails)
    assert fails(simplest) and len(simplest.images) == 1
    # TTFS coding is needed: digits of pixels have whole octaves only, or a code m that makes an odd tick, which none does.
    sizes = [sum(layer.weights.size for layer in one.network_file.network.layers) for one in (case, simplest)]
    assert sizes[1] <= 20 < sizes[0]


def test_a_case_that_nothing_simpler_fails_like_stays(first_failing):
    case = cases.from_seed(3, PRESETS["tiny"])
    assert shrink.shrink(case, lambda one: one.choices == case.choices).choices == case.choices
