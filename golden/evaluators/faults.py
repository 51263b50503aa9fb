"""Evaluation with flipped bits: what a processor computes whose memories and streams are not reliable.

A flip hits a stored value after it has been written and before it is first read, and stays until the value is written
again; whoever reads the value meanwhile reads it flipped. `FaultyEvaluator` says what follows for every spike word and
potential, bit for bit as in the RTL. Potentials are taken modulo 2^32, as the array computes them.
"""

from dataclasses import dataclass, field

import numpy as np

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation, require_images
from firstspike.golden.evaluators.exactness import require_exact
from firstspike.golden.network import NetworkError

POTENTIAL_BITS = 32


@dataclass(frozen=True, eq=False)
class Flips:
    """Bits of an array that turn over.

    Attributes
    ----------
    places : int64 array (flips,)
        Flat indices.
    bits : uint8 array (flips,)
        Bit 0 is the lowest. A bit that is named twice turns over twice.
    """

    places: np.ndarray
    bits: np.ndarray

    def apply(self, array):
        """Copy of `array`, of any integer type, with its bits turned over."""
        flipped = np.array(array, order="C")
        unsigned = flipped.view(f"u{flipped.itemsize}").reshape(-1)
        np.bitwise_xor.at(unsigned, self.places, np.left_shift(1, self.bits.astype(np.uint64)).astype(unsigned.dtype))
        return flipped


@dataclass(frozen=True, eq=False)
class LocalFlips:
    """Flips of a stored weight or parameter that only some output units meet.

    Attributes
    ----------
    flips : Flips
    units : bool array (N, height, width) of output units after pooling, or None
        Which ones; None: all.
    """

    flips: Flips
    units: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class LayerFaults:
    """Flips in one layer.

    Attributes
    ----------
    weights : list of LocalFlips
        Of the codes, uint8 (out_channels, in_channels, kernel_h, kernel_w), bits 0..4.
    biases : list of LocalFlips
        Of int32 (out_channels,).
    offsets : list of LocalFlips
        Of int8 (out_channels,).
    sums : list of (int, Flips)
        After the chunk of input channels of this number: of the sums of products, int32 (N, height, width,
        out_channels) before pooling. Those after the last chunk are the finished potentials, still without bias.
    spikes : list of Flips
        Of the spike words, uint8 (N, out_channels, height, width), bits 0..4, on their way to the next layer.
    """

    weights: list = field(default_factory=list)
    biases: list = field(default_factory=list)
    offsets: list = field(default_factory=list)
    sums: list = field(default_factory=list)
    spikes: list = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Faults:
    """Flips of one evaluation.

    Attributes
    ----------
    images : list of Flips
        Of uint8 (N, channels, height, width).
    layers : dict of int to LayerFaults
        By index; layers without faults may be missing.
    """

    images: list = field(default_factory=list)
    layers: dict = field(default_factory=dict)


class FaultyEvaluator:
    """Evaluates one network with faults.

    Parameters
    ----------
    network : Network
    chunks : sequence of sequences of int, optional
        For each layer the first input channels of its chunks; by default every layer has one.

    Raises
    ------
    NetworkError
        The network is not exact, or of a format in which a flipped bit makes products or sums inexact.
    """

    def __init__(self, network, chunks=None):
        require_exact(network)
        if network.fraction_bits < formats.required_fraction_bits(
            formats.ZERO_MAGNITUDE - 1, pixel_digits.digit_time(0)
        ):
            raise NetworkError(
                f"network {network.name}: evaluation with faults needs products that lose no bit at any "
                f"time and code, but F is {network.fraction_bits}"
            )
        if network.acc_bits != POTENTIAL_BITS:
            raise NetworkError(
                f"network {network.name}: evaluation with faults needs potentials of {POTENTIAL_BITS} "
                f"bits, not {network.acc_bits}"
            )
        self.network = network
        self._chunks = chunks or [(0,)] * len(network.layers)
        self._tables = {}

    def run(self, images, faults):
        """Evaluates a batch.

        Parameters
        ----------
        images : uint8 array (N, channels, height, width)
        faults : Faults

        Returns
        -------
        Evaluation
            Its spike words are those written, before `LayerFaults.spikes` hit them.

        Raises
        ------
        InputError
            The images do not fit the network.
        """
        require_images(self.network, images)
        for flips in faults.images:
            images = flips.apply(images)
        words = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
        spikes = []
        for index, layer in enumerate(self.network.layers):
            layer_faults = faults.layers.get(index, LayerFaults())
            sums = self._sums(index, words, layer_faults)
            biases = layer.biases.astype(np.int32)
            potentials = sums + biases
            for local in layer_faults.biases:
                change = local.flips.apply(biases) - biases
                potentials = _where(_positions(local.units, layer, sums.shape), potentials + change, potentials)
            potentials = layer.unit_window.largest(potentials, axis=1)
            if layer.fires:
                written = self._fired(layer, potentials, layer_faults)
                spikes.append(np.ascontiguousarray(written.transpose(0, 3, 1, 2)))
                stored = spikes[-1]
                for flips in layer_faults.spikes:
                    stored = flips.apply(stored)
                words = np.ascontiguousarray(stored.transpose(0, 2, 3, 1))
        return Evaluation(spikes, potentials[:, 0, 0].astype(np.int64))

    def _sums(self, index, words, faults):
        """int32 (N, height, width, out_channels): sums of products before pooling."""
        layer = self.network.layers[index]
        shape = len(words), *layer.conv_map(words.shape[1:3]), layer.out_channels
        sums = np.zeros(shape, np.int32)
        chunks = self._chunks[index] if faults.sums else (0,)
        code = self.network.in_code(index)
        for number, (first, end) in enumerate(zip(chunks, (*chunks[1:], layer.in_channels))):
            part = words
            if len(chunks) > 1:
                part = np.full_like(words, code.silent)
                part[..., first:end] = words[..., first:end]
            sums += self._products(index, part, faults, shape)
            for chunk, flips in faults.sums:
                if chunk == number:
                    sums = flips.apply(sums)
        return sums

    def _products(self, index, words, faults, shape):
        """Sums of the products of `words`, with flipped weights."""
        layer = self.network.layers[index]
        events = fast.events(words, *fast.word_tables(self.network.in_code(index), self.network))
        weights = layer.weights
        everywhere = [local for local in faults.weights if local.units is None]
        for local in everywhere:
            weights = local.flips.apply(weights)
        sums = self._accumulate(events, index, words, weights, shape)
        correct = sums
        for local in faults.weights:
            if local.units is not None:
                # Sums are linear in every weight, so what several flips change adds up.
                flipped = self._accumulate(events, index, words, local.flips.apply(weights), shape)
                sums = _where(_positions(local.units, layer, shape), sums + (flipped - correct), sums)
        return sums

    def _accumulate(self, events, index, words, weights, shape):
        layer = self.network.layers[index]
        in_map = words.shape[1:3]
        potentials = np.empty(shape, np.int32)
        fast.accumulate(
            *events,
            in_map,
            self._product_tables(index, weights),
            np.zeros(layer.out_channels, np.int32),
            *layer.position_inputs(in_map),
            potentials,
        )
        return potentials

    def _product_tables(self, index, weights):
        """Tables as of the fast path, for any code and time. Those of correct weights are kept."""
        correct = weights is self.network.layers[index].weights
        if correct and index in self._tables:
            return self._tables[index]
        tables = fast.product_tables(self.network.in_code(index), weights, self.network, formats.TICKS_PER_OCTAVE)
        if correct:
            self._tables[index] = tables
        return tables

    def _fired(self, layer, potentials, faults):
        def fire(offsets):
            return self.network.code.encoder(offsets, self.network)(potentials)

        offsets = layer.offsets.astype(np.int8)
        written = fire(offsets)
        for local in faults.offsets:
            flipped = local.flips.apply(offsets)
            changed = flipped != offsets
            written[..., changed] = _where(local.units, fire(flipped), written)[..., changed]
        return written


def _where(units, changed, values):
    """`changed` in the `units` (all if None), `values` in the others; both (N, height, width, channels)."""
    return changed if units is None else np.where(units[..., np.newaxis], changed, values)


def _positions(units, layer, shape):
    """bool (N, height, width) of positions before pooling, from that of units."""
    return None if units is None else layer.unit_window.spread(units, shape[1:3])
