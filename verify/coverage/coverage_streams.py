"""The networks that the coverage is measured with."""

from firstspike.golden.config import HardwareConfig
from firstspike.verify.random_networks import cases
from firstspike.verify.random_networks.cases import Case


def networks(config: HardwareConfig, count: int) -> list[Case]:
    """The first random networks of the campaign for this configuration."""
    return [cases.from_seed(seed, config) for seed in range(1, 1 + count)]


def image_arrivals(config: HardwareConfig) -> list[Case]:
    """Cases whose images arrive far ahead of the processor, or just when it is done with the one before.

    Images of one word all arrive while the first one is processed, and wait. Where the first layer takes about as long
    as the next image needs to arrive, some last words come in the very cycle in which the image before is dropped.
    """
    far_ahead = _small_network(config, height=1, width=1, hidden={})
    # With stride 2 a layer run takes about 100 cycles and one for every fourth pixel; a pixel is a word.
    hidden = {
        "padding_h": 0,
        "padding_w": 0,
        "kernel_h": 1,
        "kernel_w": 1,
        "stride": 2,
        "pool": 0,
        "hidden_channels": 1,
    }
    few = next(index for index, stall in enumerate(cases.STALLS) if stall)
    return [
        far_ahead,
        *(
            _small_network(config, height=17, width=width, hidden=hidden, stall=few, stall_seed=seed)
            for width in range(5, 14)
            for seed in range(1, 5)
        ),
    ]


def _small_network(config, *, height, width, hidden, stall=0, stall_seed=1):
    """Case of two full batches of spike-coded images of one channel, most of whose pixels are black.

    `hidden` are the choices of a hidden layer, if there is one.
    """
    chosen = {
        "batch": cases.MOST_BATCH,
        "runs": cases.MOST_RUNS,
        "stall": stall,
        "stall_seed": stall_seed,
        "channels": 1,
        "height": height,
        "width": width,
        "hidden_layers": 1 if hidden else 0,
        **hidden,
        "classes": 3,
        "coding": 3,
        "weights": 1,
        "dark": 3,
    }
    return cases.from_choices(tuple(chosen.values()), config)
