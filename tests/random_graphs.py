"""Random small networks that are no chains: several connections a layer, from any map before it."""

import numpy as np

from firstspike.golden.geometry import MAX_2X2, Window
from firstspike.golden.network import DIRECT, TTFS, Connection, Layer, Network

LARGEST_KERNEL = 4


def random_graph(rng):
    """Network of 2..5 layers and an output layer. Nothing in it is unread, and about a third of its neurons fire."""
    input_shape = int(rng.integers(1, 4)), int(rng.integers(5, 10)), int(rng.integers(5, 10))
    maps, unread, layers = [input_shape], {0}, []
    for index in range(int(rng.integers(2, 6))):
        outputs = int(rng.integers(1, 9))
        first = _first_window(rng, maps[-1][1:])
        conv_map = first.out_map(maps[-1][1:])
        windows = {index: first}
        for source in rng.permutation(index + 1)[: rng.integers(0, 3)].tolist():
            if window := _window_onto(rng, maps[source][1:], conv_map):
                windows.setdefault(source, window)
        inputs = tuple(
            Connection(_weights(rng, outputs, maps[source][0], window), window, source - index - 1)
            for source, window in windows.items()
        )
        pool = MAX_2X2 if min(conv_map) >= 2 and rng.integers(3) == 0 else None
        layers.append(_layer(rng, f"conv{index}", inputs, pool))
        maps.append((outputs, *(pool.out_map(conv_map) if pool else conv_map)))
        unread = unread - set(windows) | {index + 1}
    inputs = tuple(
        Connection(_weights(rng, 5, maps[source][0], Window(maps[source][1:])), source=source - len(layers) - 1)
        for source in sorted(unread)
    )
    layers.append(_layer(rng, "fc", inputs, fires=False))
    return Network("graph", tuple(layers), input_shape, input_coding=(DIRECT, TTFS)[int(rng.integers(2))])


def _first_window(rng, in_map):
    kernel = tuple(int(rng.integers(1, min(LARGEST_KERNEL, size) + 1)) for size in in_map)
    return Window(kernel, int(rng.integers(1, 3)), tuple(int(rng.integers(0, 2)) for _ in kernel))


def _window_onto(rng, in_map, out_map):
    """A window with these output positions, or None where only a larger kernel has them."""
    stride, padding = int(rng.integers(1, 3)), tuple(int(rng.integers(0, 3)) for _ in in_map)
    kernel = tuple(size + 2 * p - stride * (out - 1) for size, p, out in zip(in_map, padding, out_map))
    return Window(kernel, stride, padding) if all(1 <= side <= LARGEST_KERNEL for side in kernel) else None


def _weights(rng, outputs, inputs, window):
    return rng.integers(0, 32, (outputs, inputs, *window.kernel), dtype=np.uint8)


def _layer(rng, name, inputs, pool=None, fires=True):
    outputs = inputs[0].out_channels
    biases = rng.integers(-1 << 20, 1 << 20, outputs, dtype=np.int64)
    return Layer(name, inputs, biases, rng.integers(-8, 9, outputs, dtype=np.int64), pool, fires)
