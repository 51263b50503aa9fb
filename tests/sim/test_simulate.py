from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden import cycle_model, formats
from firstspike.golden.config import PRESETS
from firstspike.golden.evaluators import reference
from firstspike.golden.evaluators.evaluation import InputError
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.schedule import Schedule
from firstspike.golden.streams import network_stream as stream
from firstspike.hw.writer import verilog
from firstspike.sim import simulate
from firstspike.sim.build import build
from firstspike.sim.processor import SOURCE_SUFFIXES


@pytest.mark.parametrize(
    "seed, batch, images, stall",
    [
        (1, 1, 3, 0),
        (2, 1, 1, 0.3),
        (3, 2, 4, 0),
        (4, 3, 3, 0.6),
        (5, 1, 2, 0.9),
        (6, 4, 8, 0.1),
        (7, 1, 1, 0),
        (8, 2, 2, 0.5),
        (9, 1, 1, 0.2),
        (10, 16, 16, 0),
        (11, 1, 5, 0.4),
        (12, 2, 6, 0.2),
    ],
)
def test_random_networks_are_bit_exact_with_equal_counters(tiny, make_network_file, seed, batch, images, stall):
    network_file, pixels = make_network_file(seed, batch, images)
    result = simulate.run(network_file, pixels, stall=stall, seed=seed, simulator=tiny)
    assert result.divergence is None
    assert result.counter_differences == []
    assert result.cycle_differences == (None if stall else [])
    assert result.matches
    assert np.array_equal(result.potentials, result.expected.potentials)
    assert np.array_equal(result.classes, result.expected.classes(network_file.network))
    assert sum(run.network_words for run in result.runs) * 4 == len(network_file.stream) * images // batch


def test_stalls_repeat_by_their_seed_and_cost_cycles(tiny, make_network_file):
    network_file, images = make_network_file(1)
    cycles = [
        simulate.run(network_file, images, stall=stall, seed=seed, simulator=tiny).cycles
        for stall, seed in ((0, 1), (0.5, 2), (0.5, 2), (0.5, 3))
    ]
    assert cycles[0] < cycles[1] == cycles[2] != cycles[3]


def test_a_changed_weight_code_in_the_network_file_is_found_and_named(tiny, make_network_file):
    network_file, images = make_network_file(2)
    network, schedule = network_file.network, network_file.schedule
    index, channel = 1, network.layers[1].out_channels - 1
    # The tap that meets most spikes, so that the change shows.
    taps = [tap for tap in np.ndindex(network.layers[index].weights.shape[1:])]
    for tap in taps:
        weights = network.layers[index].weights.copy()
        weights[(channel, *tap)] ^= 1 << formats.WEIGHT_SIGN_BIT
        layers = list(network.layers)
        layers[index] = layers[index].with_weights(weights)
        changed = replace(network, layers=tuple(layers))
        if not np.array_equal(
            simulate.fast.run(changed, images).spikes[index], simulate.fast.run(network, images).spikes[index]
        ):
            break
    else:
        pytest.fail("no weight of this channel makes a difference")
    damaged = replace(network_file, stream=stream.encode(changed, schedule))
    result = simulate.run(damaged, images, simulator=tiny)
    assert not result.matches
    assert (result.divergence.layer, result.divergence.channel) == (network.layers[index].name, channel)
    earlier = result.comparisons[:index]
    assert [comparison.wrong for comparison in earlier] == [0] * index


def test_a_changed_entry_of_the_product_table_in_the_rtl_is_found_and_named(make_network_file, tmp_path, monkeypatch):
    network_file, images = make_network_file(3)
    network = network_file.network
    expected = simulate.golden(network_file, images)
    table = list(formats.PRODUCT_TABLE)
    table[3] += 1
    with monkeypatch.context() as patch:
        patch.setattr(formats, "PRODUCT_TABLE", tuple(table))
        written = verilog.write(PRESETS["tiny"], tmp_path)
        prediction = reference.run(network, images)
    wrong = build(PRESETS["tiny"], [path for path in written if path.suffix in SOURCE_SUFFIXES], short_runs=True)
    result = simulate.run(network_file, images, simulator=wrong, expected=expected)
    assert not result.matches
    # The RTL does what the definitions with this table say, and the first layer that shows it is named.
    assert np.array_equal(result.potentials, prediction.potentials)
    first = next(
        (
            layer.name
            for layer, one, other in zip(network.layers, prediction.spikes, expected.evaluation.spikes)
            if not np.array_equal(one, other)
        ),
        network.layers[-1].name,
    )
    assert result.divergence.layer == first


def test_a_wrong_golden_count_is_found(tiny, make_network_file):
    network_file, images = make_network_file(1)
    expected = simulate.golden(network_file, images)
    expected.counts[0][0]["sops"] += 1
    result = simulate.run(network_file, images, simulator=tiny, expected=expected)
    assert result.divergence is None and not result.bit_exact and not result.matches
    (difference,) = result.counter_differences
    assert (difference.layer, difference.counter) == (network_file.network.layers[0].name, "sops")


def test_cycles_that_the_cycle_model_does_not_predict_are_found(tiny, make_network_file, monkeypatch):
    network_file, images = make_network_file(1, 1, 2)

    def predict(*arguments):
        predictions = cycle_model.predict(*arguments)
        predictions[1].runs[0]["cycles_border"] += 1
        return predictions

    monkeypatch.setattr(simulate, "cycle_model", SimpleNamespace(predict=predict))
    result = simulate.run(network_file, images, simulator=tiny)
    assert result.bit_exact and not result.matches
    (difference,) = result.cycle_differences
    assert (difference.layer, difference.run, difference.counter) == (
        network_file.network.layers[0].name,
        1,
        "cycles_border",
    )


def test_results_arrive_run_by_run(tiny, make_network_file):
    network_file, images = make_network_file(1, 1, 12)
    seen = []
    result = simulate.run(network_file, images, simulator=tiny, on_run_end=seen.append)
    assert [run.potentials.tolist() for run in seen[-1]] == [run.potentials.tolist() for run in result.runs]


@pytest.mark.parametrize("count", [0, 3])
def test_images_that_fill_no_batch_are_refused(tiny, make_network_file, count):
    network_file, images = make_network_file(1, 2, 4)
    with pytest.raises(InputError, match=f"batches of 2 images, so their number must be a multiple of it, not {count}"):
        simulate.run(network_file, images[:count], simulator=tiny)


def test_without_observation_port_and_counters_potentials_are_compared(make_network_file):
    network_file, images = make_network_file(1, 1, 2)
    bare = PRESETS["tiny"].model_copy(update={"trace": False, "counters": False})
    schedule = Schedule(bare, network_file.schedule.batch, network_file.schedule.runs)
    result = simulate.run(NetworkFile(network_file.network, schedule, network_file.stream), images)
    assert result.matches and result.layers is None and result.cycle_differences is None
    assert [run.counters for run in result.runs] == [[], []]
    assert [comparison.compared for comparison in result.comparisons[:-1]] == [0] * (len(result.comparisons) - 1)
    assert result.comparisons[-1].compared == result.potentials.size
