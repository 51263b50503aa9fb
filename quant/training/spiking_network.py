"""A trainable network with the formats in its graph."""

import numpy as np
import torch
from torch import nn

from firstspike.golden import formats
from firstspike.golden.network import TTFS as TTFS_CODING
from firstspike.quant.training import exact
from firstspike.quant.training.quantisers import spike_values
from firstspike.quant.training.spiking_layer import CLIP, FROZEN, STAGES, SpikingLayer


class SpikingNetwork(nn.Module):
    """The layers of an architecture, in one of three stages.

    clip
        Real weights with batch norm; activations clipped to [0, 1].
    ttfs
        Batch norm folded; weights on the grid of the log codes, activations on that of the spike times.
    frozen
        Weight codes and offsets fixed; the processor's integers, exactly. Only biases train.

    Parameters
    ----------
    layers : sequence of TrainedLayer
        Their weights and biases are where training starts.
    input_coding : str
    config : golden.config.HardwareConfig
        Gives T and F.
    batch_norm : bool
        With batch norms in the clip stage (after all layers but the last).

    Attributes
    ----------
    stage : str
    """

    def __init__(self, layers, input_coding, config, batch_norm=True):
        super().__init__()
        self.layers = nn.ModuleList(
            SpikingLayer(layer, config.time_steps, config.fraction_bits, batch_norm and layer.fires) for layer in layers
        )
        self.input_coding, self.time_steps = input_coding, config.time_steps
        self.stage = CLIP

    def enter(self, stage):
        """Go on to a later stage.

        Raises
        ------
        ValueError
            The stage is an earlier one.
        quant.codes.ttfs.QuantisationError
            The formats cannot hold a layer (frozen stage).
        """
        if STAGES.index(stage) < STAGES.index(self.stage):
            raise ValueError(f"stage {stage} comes before {self.stage}")
        for layer in self.layers:
            if stage != CLIP:
                layer.fold_batch_norm()
            if stage == FROZEN and self.stage != FROZEN:
                layer.freeze()
        self.stage = stage

    def forward(self, pixels):
        """Logits (N, classes) of uint8 images (N, channels, height, width)."""
        if self.stage == FROZEN:
            return self.evaluate_exactly(pixels)[2]
        values = pixels.float() / (1 << formats.PIXEL_BITS)
        if self.input_coding == TTFS_CODING:
            values = spike_values(values, self.time_steps)
        for layer in self.layers:
            values = layer(values, self.stage)
        return values.flatten(1)

    def evaluate_exactly(self, pixels):
        """What the processor computes, frozen stage.

        Returns
        -------
        spikes : list of int64 tensors (N, channels, height, width)
            Spike words of each firing layer.
        potentials : float64 tensor (N, classes)
            Integers.
        logits : float64 tensor (N, classes)
        """
        if self.input_coding == TTFS_CODING:
            offsets = torch.zeros(pixels.shape[1], dtype=torch.int64, device=pixels.device)
            times = exact.spike_times(pixels.double(), offsets, self.time_steps, formats.PIXEL_BITS)
            events = exact.events_of_spikes(times)
        else:
            events = exact.events_of_pixels(pixels.double() / (1 << formats.PIXEL_BITS))
        spikes = []
        for layer in self.layers:
            words, events, real = layer.forward_exact(events)
            spikes.append(words)
        return spikes[:-1], spikes[-1].flatten(1), real.flatten(1)

    def expected_sops(self, in_map):
        """Synaptic operations per image that the spikes of the last forward pass cause, with gradients.

        The input layer's are not among them: its events are the pixels'.

        Parameters
        ----------
        in_map : (int, int)
            Height and width of the images.
        """
        total, sizes = 0, in_map
        for layer, following in zip(self.layers, list(self.layers)[1:]):
            sizes = layer.geometry.out_map(sizes)
            fan_out = following.weight[:, 0].numel() * np.prod(following.geometry.conv_map(sizes)) / np.prod(sizes)
            total = total + layer.spikes * float(fan_out)
        return total
