import numpy as np
import pytest

from firstspike.golden.codes import ttfs
from firstspike.golden.counting import operations
from firstspike.golden.evaluators import reference
from firstspike.golden.random_networks import random_images, random_network


def literal_counts(network, images, evaluation):
    """The statistics counted one pair of input event and neuron at a time."""
    rows = []
    for index, layer in enumerate(network.layers):
        _, in_h, in_w = network.maps()[index]
        units_h, units_w = layer.out_map((in_h, in_w))
        window = 2 if layer.pool else 1
        row = dict.fromkeys((s.name for s in operations.STATISTICS), 0)
        for n, image in enumerate(images):
            words = evaluation.spikes[index - 1][n] if index else image
            events = reference.map_events(network.in_code(index), words, network)
            at = {}
            for c, y, x, _, _ in events:
                at.setdefault((y, x), []).append(c)
            row["input_events"] += len(events)
            for out_y in range(units_h * window):
                for out_x in range(units_w * window):
                    for tap_y, tap_x in np.ndindex(*layer.window.kernel):
                        y = out_y * layer.window.stride + tap_y - layer.window.padding[0]
                        x = out_x * layer.window.stride + tap_x - layer.window.padding[1]
                        if 0 <= y < in_h and 0 <= x < in_w:
                            row["dense_operations"] += layer.in_channels * layer.out_channels
                        for c in at.get((y, x), ()):
                            row["synaptic_events"] += 1
                            row["sops"] += layer.out_channels
                            row["effective_sops"] += int((layer.weights[:, c, tap_y, tap_x] & 15 != 15).sum())
            row["neurons"] += layer.out_channels * units_h * units_w
            if layer.fires:
                silent = int((evaluation.spikes[index][n] == ttfs.SILENT).sum())
                row["silent_neurons"] += silent
                row["spikes"] += layer.out_channels * units_h * units_w - silent
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(20))
def test_statistics_equal_those_counted_one_by_one(seed):
    rng = np.random.default_rng(300 + seed)
    network = random_network(rng)
    images = random_images(rng, network, 2)
    evaluation = reference.run(network, images)
    rows = operations.statistics(network, images, evaluation)
    assert rows == literal_counts(network, images, evaluation)
    assert all(list(row) == [statistic.name for statistic in operations.STATISTICS] for row in rows)


def test_activation_sparsity_is_the_share_of_silent_neurons_in_the_firing_layers():
    rows = [{"neurons": neurons, "silent_neurons": silent} for neurons, silent in ((6, 3), (2, 2), (9, 0))]
    assert operations.activation_sparsity(rows) == 5 / 8


def test_every_statistic_is_explained_with_its_unit():
    assert all(s.unit and s.description for s in operations.STATISTICS)
    assert len({s.name for s in operations.STATISTICS}) == len(operations.STATISTICS)
