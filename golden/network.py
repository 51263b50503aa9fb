"""A quantised network: a graph of layers, what the golden model evaluates; the hardware runs those that are chains."""

import unicodedata
from dataclasses import dataclass, field, replace

import numpy as np

from firstspike.golden import codes
from firstspike.golden.geometry import MAX_2X2, Geometry, LayerGeometry, Pool, Window

CONTROL = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that no name may have: control characters, surrogates, separators of lines and paragraphs."""

DIRECT, TTFS = INPUT_CODINGS = tuple(codes.INPUTS)
"""How pixels become events."""


class NetworkError(ValueError):
    """A network that contradicts itself or has a layer the formats have no form for."""


def _must(condition, text):
    if not condition:
        raise NetworkError(text)


def _require_text(what, name):
    """A control character in a name would move the cursor of a terminal, or end a line of a file."""
    if any(unicodedata.category(character) in CONTROL for character in name):
        raise NetworkError(f"{what} {name!r}: expected a name without control characters")


PREVIOUS = -1
"""Source of a connection that reads the map just before its layer."""


@dataclass(frozen=True, eq=False)
class Connection:
    """What a layer reads of one map.

    Attributes
    ----------
    weights : uint8 (out_channels, in_channels, kernel_h, kernel_w)
        5-bit weight codes: sign in bit 4, magnitude code in bits 3..0, 15 = zero.
    window : Window
        Of stride 1 or 2. By default the kernel of the weights with stride 1, without padding.
    source : int
        The map that it reads, counted back from its layer: -1 is that of the layer before (of the image, for the first
        layer), -2 the one before that.
    """

    weights: np.ndarray
    window: Window | None = None
    source: int = PREVIOUS

    def __post_init__(self):
        weights = self.weights
        _must(
            weights.ndim == 4 and weights.dtype == np.uint8 and weights.size > 0,
            f"weights must be uint8 codes of shape (out, in, kernel_h, kernel_w), not {weights.dtype} {weights.shape}",
        )
        _must(int(weights.max()) < 32, f"weight codes must have 5 bits, found {int(weights.max())}")
        if self.window is None:
            object.__setattr__(self, "window", Window.of(weights))
        kernel, stride, padding = self.window.kernel, self.window.stride, self.window.padding
        _must(kernel == weights.shape[2:], f"weights have a kernel {weights.shape[2:]}, the window {kernel}")
        _must(stride in (1, 2), f"stride must be 1 or 2, not {stride}")
        _must(all(p >= 0 for p in padding), f"padding must not be negative, not {padding}")
        _must(self.source <= PREVIOUS, f"a connection reads a map before its layer, not {self.source}")

    @property
    def out_channels(self):
        return self.weights.shape[0]

    @property
    def in_channels(self):
        return self.weights.shape[1]


@dataclass(frozen=True, eq=False)
class Layer(LayerGeometry):
    """One convolution (a fully connected layer is a convolution over the whole remaining map), or a sum of several.

    Attributes
    ----------
    name : str
    inputs : tuple of Connection
        All of the same number of output channels and output positions; their products add up.
    biases : int64 (out_channels,)
        Initial membrane potentials, in units of 2^-F.
    offsets : int64 (out_channels,)
        Channel offsets j in ticks.
    pool : Pool or None
        `geometry.MAX_2X2` after the layer (a last odd row or column is dropped), or none.
    fires : bool
        False for the output layer, whose result is the membrane potential.
    """

    name: str
    inputs: tuple[Connection, ...]
    biases: np.ndarray
    offsets: np.ndarray
    pool: Pool | None = None
    fires: bool = True

    @classmethod
    def of(cls, name, weights, biases, offsets, window=None, pool=None, fires=True):
        """A layer of a chain: one connection, from the map before it. Raises NetworkError as the parts do."""
        try:
            inputs = (Connection(weights, window),)
        except NetworkError as error:
            raise NetworkError(f"layer {name}: {error}") from None
        return cls(name, inputs, biases, offsets, pool, fires)

    def __post_init__(self):
        def must(condition, text):
            _must(condition, f"layer {self.name}: {text}")

        _require_text("layer", self.name)
        must(self.inputs, "expected at least one connection, got none")
        outputs = {connection.out_channels for connection in self.inputs}
        must(len(outputs) == 1, f"all connections must have as many output channels, not {sorted(outputs)}")
        for what in ("biases", "offsets"):
            array = getattr(self, what)
            must(
                array.shape == (self.out_channels,) and array.dtype == np.int64,
                f"{what} must be int64 of shape ({self.out_channels},), not {array.dtype} {array.shape}",
            )
        # Not through abs, which leaves the most negative number negative.
        must(self.offsets.min() >= -127 and self.offsets.max() <= 127, "channel offsets must be in -127..127 ticks")
        must(self.pool in (None, MAX_2X2), f"pool must be a 2 x 2 max pool of stride 2 or none, not {self.pool}")

    @property
    def connection(self):
        """The only connection of a layer of a chain.

        Raises
        ------
        NetworkError
            It has several: what asks for this one knows chains only.
        """
        _must(len(self.inputs) == 1, f"layer {self.name}: expected a chain, but it has {len(self.inputs)} connections")
        return self.inputs[0]

    @property
    def weights(self):
        """Weight codes of the only connection."""
        return self.connection.weights

    @property
    def window(self):
        """Window of the only connection."""
        return self.connection.window

    @property
    def in_channels(self):
        """Input channels of the only connection."""
        return self.connection.in_channels

    @property
    def out_channels(self):
        return self.inputs[0].out_channels

    def through(self, connection):
        """Geometry of the layer as seen by one of its connections."""
        return Geometry(connection.window, self.pool)

    def with_weights(self, weights):
        """The same layer of a chain with other weight codes."""
        return replace(self, inputs=(replace(self.connection, weights=weights),))


@dataclass(frozen=True, eq=False)
class Network:
    """Layers in order, and what they need to mean something.

    Attributes
    ----------
    name : str
    layers : tuple of Layer
    input_shape : (int, int, int)
        Channels, height, width of the 8-bit image.
    time_steps, fraction_bits, acc_bits : int
        T, F and the width of a membrane potential that the network was quantised for.
    input_coding : str
        "direct" (signed digits of the pixel) or "ttfs" (one spike per pixel).
    spike_code : str
        What the spike words of all hidden layers mean, a name of `golden.codes.SPIKES`.
    class_names : tuple of str
        Empty when unknown.
    data_set : str or None
        Name of the data set that it was trained for, as in `golden.datasets.data_set`.
    """

    name: str
    layers: tuple
    input_shape: tuple
    time_steps: int = 24
    fraction_bits: int = 21
    acc_bits: int = 32
    input_coding: str = DIRECT
    spike_code: str = codes.Ttfs.name
    class_names: tuple = field(default=())
    data_set: str | None = None

    def __post_init__(self):
        _require_text("network", self.name)
        _require_text("data set", self.data_set or "")
        for name in self.class_names:
            _require_text("class", name)
        if not self.layers:
            raise NetworkError(f"network {self.name}: expected at least one layer, got none")
        try:
            codes.input_code(self.input_coding), codes.spike_code(self.spike_code)
        except ValueError as error:
            raise NetworkError(f"network {self.name}: {error}") from None
        for what, names in (("layers", [layer.name for layer in self.layers]), ("classes", self.class_names)):
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise NetworkError(f"network {self.name}: two {what} are called {twice!r}; give each a name of its own")
        classes = self.layers[-1].out_channels
        if len(self.class_names) not in (0, classes):
            raise NetworkError(
                f"network {self.name}: expected {classes} class names, one per output, got {len(self.class_names)}"
            )
        maps, read = [tuple(self.input_shape)], set()
        for index, layer in enumerate(self.layers):
            conv_maps = {self._conv_map(index, connection, maps) for connection in layer.inputs}
            if len(conv_maps) > 1:
                raise NetworkError(
                    f"layer {layer.name}: all connections must have the same output positions, not "
                    f"{' and '.join(f'{height} x {width}' for height, width in sorted(conv_maps))}"
                )
            if layer.fires != (index < len(self.layers) - 1):
                raise NetworkError(f"layer {layer.name}: every layer but the last must fire, and the last must not")
            read.update(self.source(index, connection) for connection in layer.inputs)
            maps.append((layer.out_channels, *layer.unit_window.out_map(*conv_maps)))
            if min(maps[-1]) < 1:
                raise NetworkError(f"layer {layer.name}: its pool leaves nothing of {' x '.join(map(str, *conv_maps))}")
        if maps[-1][1:] != (1, 1) or self.layers[-1].pool:
            raise NetworkError(
                f"layer {self.layers[-1].name}: the output layer must end in a 1 x 1 map without pool, "
                f"not {maps[-1][1]} x {maps[-1][2]}"
            )
        if unread := set(range(len(self.layers))) - read:
            of_layer = ["the image", *(f"layer {layer.name}" for layer in self.layers)][min(unread)]
            raise NetworkError(f"network {self.name}: nothing reads the map of {of_layer}")

    def _conv_map(self, index, connection, maps):
        layer, source = self.layers[index], self.source(index, connection)
        if source < 0:
            raise NetworkError(f"layer {layer.name}: there is no map {-connection.source} before it")
        channels, *in_map = maps[source]
        if connection.in_channels != channels:
            raise NetworkError(f"layer {layer.name}: expected {channels} input channels, got {connection.in_channels}")
        if min(connection.window.out_map(in_map)) < 1:
            raise NetworkError(
                f"layer {layer.name}: kernel {connection.window.kernel} with padding {connection.window.padding} "
                f"leaves nothing of the {in_map[0]} x {in_map[1]} input map"
            )
        return connection.window.out_map(in_map)

    @property
    def code(self):
        """The code of the spike words between the layers."""
        return codes.spike_code(self.spike_code)

    def code_of(self, source):
        """The code of the words of a map, numbered as in `maps`."""
        return codes.input_code(self.input_coding) if source == 0 else self.code

    def source(self, index, connection):
        """Number of the map, as in `maps`, that a connection of layer `index` reads."""
        return index + 1 + connection.source

    def in_code(self, index):
        """The code of the words that the only connection of layer `index` reads."""
        return self.code_of(self.source(index, self.layers[index].connection))

    def maps(self):
        """(channels, height, width) of the image, then of the map of each layer; in a chain, layer i reads map i."""
        shapes = [tuple(self.input_shape)]
        for index, layer in enumerate(self.layers):
            first = layer.inputs[0]
            in_map = shapes[self.source(index, first)][1:]
            shapes.append((layer.out_channels, *layer.through(first).out_map(in_map)))
        return shapes

    def require_chain(self):
        """Checks that every layer reads the map before it and nothing else, as the processor does.

        Raises
        ------
        NetworkError
            Names the first layer that does not.
        """
        for layer in self.layers:
            sources = [connection.source for connection in layer.inputs]
            _must(
                sources == [PREVIOUS],
                f"layer {layer.name}: the processor runs chains, in which a layer reads the map before it and no other; "
                f"this one reads the maps {', '.join(map(str, sources))} counted back from it",
            )
