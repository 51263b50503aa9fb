"""The bits on the network stream against the stream itself."""

import pytest

from firstspike.golden.energy import traffic
from firstspike.golden.streams import network_stream as stream


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("batch", [1, 3])
def test_network_bits_of_all_layers_are_the_length_of_the_stream(make_counted, seed, batch):
    counted = make_counted(seed, batch)
    bits = sum(row["dram_network_bit"] for row in traffic.bits(counted.network, counted.schedule))
    assert bits == 8 * len(stream.encode(counted.network, counted.schedule))


@pytest.mark.parametrize("batch", [1, 3])
def test_image_bits_are_the_length_of_the_image_stream(make_counted, batch):
    counted = make_counted(5, batch)
    channels, height, width = counted.network.input_shape
    bits = [row["dram_image_bit"] for row in traffic.bits(counted.network, counted.schedule)]
    assert bits[0] == batch * height * width * -(-channels // 4) * 32
    assert sum(bits[1:]) == 0
