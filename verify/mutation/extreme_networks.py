"""Networks that were made for mutants that survived the random ones: each has a size that those never reach."""

from dataclasses import replace

import numpy as np

from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import TTFS, Network
from firstspike.golden.network_file import NetworkFile
from firstspike.golden.random_networks import random_layer
from firstspike.golden.streams import network_stream as stream
from firstspike.quant.mapper import mapper


def cases(config):
    """The networks with their images.

    Parameters
    ----------
    config : HardwareConfig
        `tiny`: the sizes are beyond those of random networks, but not beyond its memories.

    Returns
    -------
    list of (str, NetworkFile, uint8 array (N, C, H, W))
        What is special, the network and one batch of images.
    """
    return [
        (name, _network_file(name, layers, images, config), images)
        for name, layers, images in (_wide_map(), _tall_map(), _many_classes(), _late_weights())
    ]


def _wide_map():
    """Columns of the input need bit 6."""
    return (
        "wide map",
        (_layer(2, 1, (3, 3), padding=(1, 1), pool=MAX_2X2), _output(2, 2, (1, 33))),
        _images(1, 1, 2, 66),
    )


def _tall_map():
    """514 rows of units, and two images in one pass, in which each cluster has every other row."""
    shrinking = [_layer(2, 2, (1, 1), stride=2)] * 4  # 514 rows to 33
    layers = _layer(2, 1, (1, 1)), _layer(2, 2, (15, 1), padding=(14, 0)), *shrinking, _output(2, 2, (33, 1))
    return "tall map", layers, _images(2, 1, 500, 1)


def _many_classes():
    """Numbers of output channels need bit 11, in every entry of the queues."""
    return "many classes", (_output(2120, 4, (1, 1)),), _images(1, 4, 1, 1)


def _late_weights():
    """The only event of each group of channels is the last one, so the array waits for all of the layer's weights."""
    pixels = np.zeros((1, 256, 1, 1), np.uint8)
    pixels[:, -1] = 255
    return "late weights", (_layer(288, 256, (1, 1)), _output(2, 288, (1, 1))), pixels


def _layer(outputs, inputs, kernel, stride=1, padding=(0, 0), pool=None, fires=True):
    rng = np.random.default_rng([outputs, inputs, *kernel])
    return random_layer(rng, "", outputs, inputs, Window(kernel, stride, padding), pool, fires)


def _output(outputs, inputs, kernel):
    return _layer(outputs, inputs, kernel, fires=False)


def _images(*shape):
    return np.random.default_rng(shape).integers(0, 256, shape, dtype=np.uint8)


def _network_file(name, layers, images, config):
    layers = tuple(replace(layer, name=f"layer{index}") for index, layer in enumerate(layers))
    network = Network(name, layers, images.shape[1:], input_coding=TTFS)
    schedule = mapper.schedule(network, config, batch=len(images))
    return NetworkFile(network, schedule, stream.encode(network, schedule))
