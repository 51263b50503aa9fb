from types import SimpleNamespace

import numpy as np
import pytest

from firstspike.golden.errors import SimulationError
from firstspike.golden.network_file import NetworkFile
from firstspike.report.benchmark import processor_runs


@pytest.fixture
def play(make_network_file, tiny, monkeypatch):
    """Function of a change of the network file: the measurement of four images in batches of two."""

    def measure(change=lambda network_file: network_file):
        network_file, pixels = make_network_file(3, 2, 4)
        monkeypatch.setattr(processor_runs.models, "load", lambda model, config_name, batch: change(network_file))
        monkeypatch.setattr(
            processor_runs.image_sources,
            "for_network",
            lambda network, count, batch: SimpleNamespace(
                pixels=pixels[:count], labels=np.zeros(count, int), source="random"
            ),
        )
        monkeypatch.setattr(processor_runs, "build_simulator", lambda config: tiny)
        return processor_runs.measure("random", "tiny", 2, 4, lambda state: None)

    return measure


def test_every_counted_cycle_has_a_cause(play):
    measured = play()
    assert measured["bit_exact"] and measured["cycle_model_equal"]
    assert measured["counted_cycles"] == measured["caused_cycles"] <= measured["cycles"]
    *layers, total = measured["layers"]
    assert total["cycles"] == sum(layer["cycles"] for layer in layers) == measured["counted_cycles"] / 4
    assert measured["cycles_per_image"] == measured["cycles"] / 4


def test_a_wrong_processor_gets_no_figures(play):
    def damage(network_file):
        stream = bytearray(network_file.stream)
        # In the middle are weights of some layer; in the records at the ends the error would be another one.
        for position in range(len(stream) // 2, len(stream) // 2 + 64):
            stream[position] ^= 0x10
        return NetworkFile(network_file.network, network_file.schedule, bytes(stream))

    with pytest.raises(SimulationError, match="no figures of a wrong processor: batch 2: layer|answered|error"):
        play(damage)
