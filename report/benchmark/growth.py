"""How cycles grow with the configuration, the batch and the spikes: by the cycle model, which equals the RTL."""

from firstspike.golden.config import HardwareConfig
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.energy.counted import count, part
from firstspike.golden.evaluators import fast
from firstspike.golden.evaluators.at_density import at_density
from firstspike.quant.mapper import mapper

LANES = (8, 16, 32, 64, 128, 256)
STREAM_BITS = (64, 128, 256, 512, 1024)
BATCHES = (1, 2, 4, 8, 16)
DENSITIES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
CURVES = (1, 4)
"""Batches whose curves are drawn over lanes, stream width and spike density."""

IMAGES = 4


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

    def curves(values, title, of):
        """`of(value, batch)` for all values, one curve a batch."""
        return [of(value, batch) for value, batch in track([(one, batch) for batch in CURVES for one in values], title)]

    def lanes(value, batch):
        return point(value, with_lanes(base, value), batch)

    def width(value, batch):
        return point(value, _changed(base, network_bits=value), batch)

    def density(value, batch):
        return point(value, base, batch, at_density(network, value, IMAGES))

    return {
        "lanes": curves(LANES, "lanes", lanes),
        "network_bits": curves(STREAM_BITS, "stream width", width),
        "batch": [point(batch, base, batch, images=max(BATCHES)) for batch in track(list(BATCHES), "batch")],
        "spike_density": curves(DENSITIES, "spike density", density),
    }


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
