"""A network for CIFAR-10 with two small layers, as a network file, for tests of commands."""

import numpy as np

from firstspike.golden import network_file
from firstspike.golden.config import PRESETS
from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import Layer, Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper


def small_network(input_shape=(3, 32, 32), class_names=(), classes=10):
    rng = np.random.default_rng(1)

    def layer(name, shape, **fields):
        return Layer.of(
            name,
            rng.integers(0, 32, shape, dtype=np.uint8),
            np.zeros(shape[0], np.int64),
            rng.integers(0, 12, shape[0]),
            **fields,
        )

    side = ((input_shape[1] - 4) // 2 + 1) // 2
    return Network(
        "small",
        (
            layer("conv", (6, 3, 4, 4), window=Window((4, 4), stride=2), pool=MAX_2X2),
            layer("fc", (classes, 6, side, side), fires=False),
        ),
        input_shape,
        class_names=class_names,
    )


def save(path, network):
    schedule = mapper.schedule(network, PRESETS["small"])
    path.parent.mkdir(parents=True, exist_ok=True)
    network_file.save(path, NetworkFile(network, schedule, stream.encode(network, schedule)))
