"""Layers that are none, and layers that do not fit each other."""

import numpy as np
import pytest

from firstspike.golden.geometry import AVERAGE, MAX, MAX_2X2, Pool, Window
from firstspike.golden.network import Connection, Layer, Network, NetworkError


def layer(name="one", outputs=2, inputs=3, kernel=(1, 1), **changes):
    return Layer.of(
        **{
            "name": name,
            "weights": np.zeros((outputs, inputs, *kernel), np.uint8),
            "biases": np.zeros(outputs, np.int64),
            "offsets": np.zeros(outputs, np.int64),
        }
        | changes
    )


@pytest.mark.parametrize(
    "change, message",
    [
        ({"weights": np.zeros((2, 3), np.uint8)}, r"weights must be uint8 codes of shape .*, not uint8 \(2, 3\)"),
        ({"weights": np.zeros((2, 3, 1, 1))}, r"weights must be uint8 codes of shape .*, not float64 \(2, 3, 1, 1\)"),
        ({"weights": np.zeros((2, 0, 1, 1), np.uint8)}, r"weights must be uint8 codes"),
        ({"weights": np.full((2, 3, 1, 1), 32, np.uint8)}, "weight codes must have 5 bits, found 32"),
        ({"biases": np.zeros(2)}, r"biases must be int64 of shape \(2,\), not float64 \(2,\)"),
        ({"offsets": np.zeros(3, np.int64)}, r"offsets must be int64 of shape \(2,\), not int64 \(3,\)"),
        ({"offsets": np.array([0, -128])}, "channel offsets must be in -127..127 ticks"),
        ({"window": Window((1, 1), stride=3)}, "stride must be 1 or 2, not 3"),
        ({"window": Window((1, 1), padding=(0, -1))}, "padding must not be negative"),
        ({"window": Window((1, 2))}, r"weights have a kernel \(1, 1\), the window \(1, 2\)"),
        ({"pool": Pool(MAX, 3, 2)}, r"pool must be a 2 x 2 max pool of stride 2 or none, not Pool\(kind='max', size=3"),
        ({"pool": Pool(AVERAGE, 2, 2)}, "pool must be a 2 x 2 max pool of stride 2 or none"),
    ],
)
def test_a_malformed_layer_is_refused_with_its_name(change, message):
    with pytest.raises(NetworkError, match=f"layer one: {message}"):
        layer(**change)


@pytest.mark.parametrize(
    "layers, changes, message",
    [
        ((), {}, "network net: expected at least one layer, got none"),
        (
            (layer(kernel=(4, 5), fires=False),),
            {"input_coding": "rate"},
            "network net: input coding must be one of direct, ttfs, not 'rate'",
        ),
        (
            (layer("first"), layer("last", inputs=4, kernel=(4, 5), fires=False)),
            {},
            "layer last: expected 2 input channels, got 4",
        ),
        (
            (layer(kernel=(5, 5), fires=False),),
            {},
            r"layer one: kernel \(5, 5\) .* leaves nothing of the 4 x 5 input map",
        ),
        ((layer(kernel=(4, 5)),), {}, "layer one: every layer but the last must fire, and the last must not"),
        (
            (layer("first", fires=False), layer("last", inputs=2, kernel=(4, 5), fires=False)),
            {},
            "layer first: every layer but the last must fire",
        ),
        ((layer(fires=False),), {}, "layer one: the output layer must end in a 1 x 1 map without pool, not 4 x 5"),
        ((layer(kernel=(3, 4), pool=MAX_2X2, fires=False),), {}, "layer one: the output layer must end in a 1 x 1 map"),
    ],
)
def test_layers_that_make_no_network_are_refused(layers, changes, message):
    with pytest.raises(NetworkError, match=message):
        Network("net", layers, (3, 4, 5), **changes)


def connected(*sources, name="two", weights=None, **changes):
    inputs = tuple(Connection(np.zeros((2, 3, 1, 1), np.uint8), source=source) for source in sources)
    fields = {"inputs": inputs, "biases": np.zeros(2, np.int64), "offsets": np.zeros(2, np.int64)} | changes
    return Layer(name, **fields)


@pytest.mark.parametrize(
    "layers, message",
    [
        (lambda: (connected(),), "layer two: expected at least one connection, got none"),
        (lambda: (connected(0),), "a connection reads a map before its layer, not 0"),
        (lambda: (connected(-2, fires=False),), "layer two: there is no map 2 before it"),
        (
            lambda: (
                connected(
                    inputs=(Connection(np.zeros((2, 3, 1, 1), np.uint8)), Connection(np.zeros((3, 3, 1, 1), np.uint8)))
                ),
            ),
            r"layer two: all connections must have as many output channels, not \[2, 3\]",
        ),
        (
            lambda: (
                connected(
                    inputs=(Connection(np.zeros((2, 3, 1, 1), np.uint8)), Connection(np.zeros((2, 3, 1, 2), np.uint8)))
                ),
            ),
            "layer two: all connections must have the same output positions, not 4 x 4 and 4 x 5",
        ),
        (
            lambda: (layer("unread"), connected(-2, name="last", inputs=(flatten(-2),), fires=False)),
            "network net: nothing reads the map of layer unread",
        ),
        (
            lambda: (layer("unread", kernel=(4, 5)), layer("last", kernel=(2, 1), fires=False, inputs=2)),
            r"layer last: kernel \(2, 1\) .* leaves nothing of the 1 x 1 input map",
        ),
    ],
)
def test_a_graph_that_contradicts_itself_is_refused(layers, message):
    with pytest.raises(NetworkError, match=message):
        Network("net", layers(), (3, 4, 5))


def flatten(source):
    return Connection(np.zeros((2, 3, 4, 5), np.uint8), source=source)


def test_a_layer_of_several_connections_has_no_one_window():
    summed = connected(-1, -2)
    for of_chain in ("weights", "window", "in_channels"):
        with pytest.raises(NetworkError, match="layer two: expected a chain, but it has 2 connections"):
            getattr(summed, of_chain)


def test_only_a_chain_passes_for_one():
    skip = Layer(
        "last", (flatten(-2), Connection(np.zeros((2, 2, 4, 5), np.uint8))), *[np.zeros(2, int)] * 2, None, False
    )
    network = Network("net", (layer("first"), skip), (3, 4, 5))
    with pytest.raises(
        NetworkError, match="layer last: the processor runs chains.* reads the maps -2, -1 counted back"
    ):
        network.require_chain()
    Network("net", (layer("first"), layer("last", inputs=2, kernel=(4, 5), fires=False)), (3, 4, 5)).require_chain()


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "\0", "tab\t", "\u2028", "\ud800"])
def test_names_with_control_characters_are_refused(name):
    last = layer("last", kernel=(4, 5), fires=False)
    for make in (
        lambda: layer(name),
        lambda: Network(name, (last,), (3, 4, 5)),
        lambda: Network("net", (last,), (3, 4, 5), class_names=("one", name)),
        lambda: Network("net", (last,), (3, 4, 5), data_set=name),
    ):
        with pytest.raises(NetworkError, match="expected a name without control characters") as raised:
            make()
        assert name not in str(raised.value)


@pytest.mark.parametrize("name", ["[bold]", "/etc/x", "../x", "$a$", "Fuß", "a b", "<b>&"])
def test_every_other_name_is_data(name):
    last = layer(name, kernel=(4, 5), fires=False)
    network = Network(name, (last,), (3, 4, 5), class_names=(name, "other"), data_set=name)
    assert (network.name, network.layers[0].name, network.class_names[0], network.data_set) == (name,) * 4


def test_class_names_are_one_per_output_and_differ_as_those_of_layers_do():
    last = layer("last", kernel=(4, 5), fires=False)
    with pytest.raises(NetworkError, match="network net: expected 2 class names, one per output, got 3"):
        Network("net", (last,), (3, 4, 5), class_names=("a", "b", "c"))
    with pytest.raises(NetworkError, match="network net: two classes are called 'a'"):
        Network("net", (last,), (3, 4, 5), class_names=("a", "a"))
    with pytest.raises(NetworkError, match="network net: two layers are called 'last'"):
        Network("net", (layer("last"), layer("last", inputs=2, kernel=(4, 5), fires=False)), (3, 4, 5))
