"""How cycles grow with the configuration, the batch and the spikes: by the cycle model, which equals the RTL."""

import numpy as np

from firstspike.golden.codes import ttfs
from firstspike.golden.config import HardwareConfig
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.energy.counted import count, part
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.evaluation import Evaluation
from firstspike.quant.mapper import mapper

LANES = (8, 16, 32, 64, 128, 256)
STREAM_BITS = (64, 128, 256, 512, 1024)
BATCHES = (1, 2, 4, 8, 16)
DENSITIES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
CURVES = (1, 4)
"""Batches whose curves are drawn over lanes, stream width and spike density."""

IMAGES = 4
SEED = 1


def sweeps(network, base, track):
    """All sweeps.

    Parameters
    ----------
    network : Network
    base : HardwareConfig
        Each sweep changes one parameter of it.
    track : function of (list, str)
        Wraps an iteration to show its progress.

    Returns
    -------
    dict of str to list of dict
        Points by sweep, see `fields.POINT`; `cycles_per_image` is None and `refusal` says why where the mapper refuses.
    """
    pixels = image_sources.for_network(network, max(BATCHES)).pixels
    evaluation = fast.run(network, pixels)

    def point(value, config, batch, spikes=evaluation, images=IMAGES):
        return {"value": value, **_point(network, config, batch, pixels[:images], part(spikes, slice(0, images)))}

    pairs = [(value, batch) for batch in CURVES for value in LANES]
    result = {"lanes": [point(lanes, with_lanes(base, lanes), batch) for lanes, batch in track(pairs, "lanes")]}
    pairs = [(value, batch) for batch in CURVES for value in STREAM_BITS]
    result["network_bits"] = [
        point(bits, _changed(base, network_bits=bits), batch) for bits, batch in track(pairs, "stream width")
    ]
    result["batch"] = [point(batch, base, batch, images=max(BATCHES)) for batch in track(list(BATCHES), "batch")]
    pairs = [(value, batch) for batch in CURVES for value in DENSITIES]
    result["spike_density"] = [
        point(density, base, batch, at_density(network, density, IMAGES))
        for density, batch in track(pairs, "spike density")
    ]
    return result


def with_lanes(base, lanes):
    """`base` with another number of lanes, with words and encoders that suit it and as many neurons in the spike buffer."""
    word_neurons = min(base.word_neurons, lanes // base.clusters)
    return _changed(
        base,
        lanes=lanes,
        word_neurons=word_neurons,
        encoders=min(base.encoders, word_neurons),
        spike_words=base.spike_words * base.word_neurons // word_neurons,
    )


def at_density(network, density, images):
    """Evaluation in which a random share `density` of all hidden neurons fires; the pixels stay what they are."""
    rng = np.random.default_rng(SEED)
    spikes = [
        np.where(rng.random((images, *shape)) < density, 0, ttfs.SILENT).astype(np.uint8)
        for shape in network.input_maps()[1:-1]
    ]
    return Evaluation(spikes, np.zeros((images, network.layers[-1].out_channels), np.int64))


def _changed(base, **fields):
    return HardwareConfig.from_dict(base.model_dump() | fields)


def _point(network, config, batch, pixels, evaluation):
    try:
        schedule = mapper.schedule(network, config, batch)
    except mapper.MappingError as error:
        return {"batch": batch, "cycles_per_image": None, "floor_per_image": None, "refusal": str(error)}
    found = count(network, schedule, pixels, evaluation)
    return {
        "batch": batch,
        "cycles_per_image": sum(prediction.cycles for prediction in found.predictions) / len(pixels),
        "floor_per_image": sum(layer["sops"] for layer in found.layer_counts) / config.lanes / len(pixels),
        "refusal": None,
    }
