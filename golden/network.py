"""A quantised network: what the golden model evaluates and the hardware runs."""

import unicodedata
from dataclasses import dataclass, field

import numpy as np

from firstspike.golden import codes
from firstspike.golden.geometry import MAX_2X2, LayerGeometry, Pool, Window

CONTROL = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that no name may have: control characters, surrogates, separators of lines and paragraphs."""

DIRECT, TTFS = INPUT_CODINGS = tuple(codes.INPUTS)
"""How pixels become events."""


class NetworkError(ValueError):
    """A network that contradicts itself or has a layer the formats have no form for."""


def _require_text(what, name):
    """A control character in a name would move the cursor of a terminal, or end a line of a file."""
    if any(unicodedata.category(character) in CONTROL for character in name):
        raise NetworkError(f"{what} {name!r}: expected a name without control characters")


@dataclass(frozen=True, eq=False)
class Layer(LayerGeometry):
    """One convolution (a fully connected layer is a convolution over the whole remaining map).

    Attributes
    ----------
    name : str
    weights : uint8 (out_channels, in_channels, kernel_h, kernel_w)
        5-bit weight codes: sign in bit 4, magnitude code in bits 3..0, 15 = zero.
    biases : int64 (out_channels,)
        Initial membrane potentials, in units of 2^-F.
    offsets : int64 (out_channels,)
        Channel offsets j in ticks.
    window : Window
        Of stride 1 or 2. By default the kernel of the weights with stride 1, without padding.
    pool : Pool or None
        `geometry.MAX_2X2` after the layer (a last odd row or column is dropped), or none.
    fires : bool
        False for the output layer, whose result is the membrane potential.
    """

    name: str
    weights: np.ndarray
    biases: np.ndarray
    offsets: np.ndarray
    window: Window | None = None
    pool: Pool | None = None
    fires: bool = True

    def __post_init__(self):
        def must(condition, text):
            if not condition:
                raise NetworkError(f"layer {self.name}: {text}")

        _require_text("layer", self.name)
        must(
            self.weights.ndim == 4 and self.weights.dtype == np.uint8 and self.weights.size > 0,
            f"weights must be uint8 codes of shape (out, in, kernel_h, kernel_w), "
            f"not {self.weights.dtype} {self.weights.shape}",
        )
        must(int(self.weights.max()) < 32, f"weight codes must have 5 bits, found {int(self.weights.max())}")
        for what in ("biases", "offsets"):
            array = getattr(self, what)
            must(
                array.shape == (self.out_channels,) and array.dtype == np.int64,
                f"{what} must be int64 of shape ({self.out_channels},), not {array.dtype} {array.shape}",
            )
        # Not through abs, which leaves the most negative number negative.
        must(self.offsets.min() >= -127 and self.offsets.max() <= 127, "channel offsets must be in -127..127 ticks")
        if self.window is None:
            object.__setattr__(self, "window", Window.of(self.weights))
        kernel, stride, padding = self.window.kernel, self.window.stride, self.window.padding
        must(kernel == self.weights.shape[2:], f"weights have a kernel {self.weights.shape[2:]}, the window {kernel}")
        must(stride in (1, 2), f"stride must be 1 or 2, not {stride}")
        must(all(p >= 0 for p in padding), f"padding must not be negative, not {padding}")
        must(self.pool in (None, MAX_2X2), f"pool must be a 2 x 2 max pool of stride 2 or none, not {self.pool}")

    @property
    def out_channels(self):
        return self.weights.shape[0]

    @property
    def in_channels(self):
        return self.weights.shape[1]


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
        channels, *in_map = self.input_shape
        for index, layer in enumerate(self.layers):
            if layer.in_channels != channels:
                raise NetworkError(f"layer {layer.name}: expected {channels} input channels, got {layer.in_channels}")
            if min(layer.out_map(in_map)) < 1:
                raise NetworkError(
                    f"layer {layer.name}: kernel {layer.window.kernel} with padding {layer.window.padding} leaves "
                    f"nothing of the {in_map[0]} x {in_map[1]} input map"
                )
            if layer.fires != (index < len(self.layers) - 1):
                raise NetworkError(f"layer {layer.name}: every layer but the last must fire, and the last must not")
            channels, in_map = layer.out_channels, layer.out_map(in_map)
        if tuple(in_map) != (1, 1) or self.layers[-1].pool:
            raise NetworkError(
                f"layer {self.layers[-1].name}: the output layer must end in a 1 x 1 map without pool, "
                f"not {in_map[0]} x {in_map[1]}"
            )

    @property
    def code(self):
        """The code of the spike words between the layers."""
        return codes.spike_code(self.spike_code)

    def in_code(self, index):
        """The code of the words that layer `index` reads."""
        return codes.input_code(self.input_coding) if index == 0 else self.code

    def input_maps(self):
        """Per layer the (channels, height, width) of its input; one entry more for the result."""
        shapes = [tuple(self.input_shape)]
        for layer in self.layers:
            shapes.append((layer.out_channels, *layer.out_map(shapes[-1][1:])))
        return shapes
