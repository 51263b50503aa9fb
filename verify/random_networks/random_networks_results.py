"""What a campaign found, case by case, summed up at its end."""

from collections import Counter

FEATURES = {
    "layers": "layers",
    "batch": "images in a batch",
    "kernel": "kernel sides (every layer but the last)",
    "side": "sides of the input map",
    "channels": "channels of the hidden layers and of the image",
    "padding": "padding (every layer but the last)",
    "stall": "share of cycles in which every stream pauses",
    "coding": "coding of the pixels",
    "split": "split of the array (every layer run)",
    "configuration": "configuration",
}
"""What is counted over all cases, and what it means."""


def entry(seed, case, checked, seconds):
    """One finished case as a JSON object; `seconds` is the wall time of all that was done for it."""
    network, schedule = case.network_file.network, case.network_file.schedule
    hidden, passes = network.layers[:-1], [pass_ for run in schedule.runs for pass_ in run.passes]
    channels, *sides = network.input_shape
    return {
        "seed": seed,
        "features": {
            "layers": [len(network.layers)],
            "batch": [schedule.batch],
            "kernel": [side for layer in hidden for side in layer.window.kernel],
            "side": sides,
            "channels": [channels, *(layer.out_channels for layer in hidden)],
            "padding": [side for layer in hidden for side in layer.window.padding],
            "stall": [case.stall],
            "coding": [network.input_coding],
            "split": [run.split for run in schedule.runs],
            "configuration": [case.config.name],
        },
        "meets": {
            "max pool": any(layer.pool for layer in hidden),
            "no pool": not any(layer.pool for layer in hidden),
            "stride 2": any(layer.window.stride == 2 for layer in hidden),
            "map that is not square": sides[0] != sides[1],
            "several groups of output channels": any(pass_.first_channel for pass_ in passes),
            "several chunks of input channels": any(not pass_.last_chunk for pass_ in passes),
            "several tiles": any(pass_.first_unit for pass_ in passes),
            "several runs one after the other": len(case.images) > schedule.batch,
        },
        "images": len(case.images),
        "links": list(checked.links),
        "compared": checked.compared,
        "cycles_compared": checked.cycles_compared,
        "cycles": checked.cycles,
        "seconds": seconds,
        "differences": list(checked.differences),
    }


def summary(entries, target):
    """The campaign's result: the contents of docs/verification/campaign.json.

    Parameters
    ----------
    entries : list of dict
        As `entry`.
    target : Target
    """
    seeds = [one["seed"] for one in entries]
    return {
        "target": target.name,
        "networks": len(entries),
        "mismatches": sum(bool(one["differences"]) for one in entries),
        "first_seed": min(seeds),
        "last_seed": max(seeds),
        "images": sum(one["images"] for one in entries),
        "compared": sum(one["compared"] for one in entries),
        "cycles": sum(one["cycles"] for one in entries),
        "networks_with_cycles_compared": sum(one["cycles_compared"] for one in entries),
        "links": dict(Counter(link for one in entries for link in one["links"])),
        "meets": dict(Counter(name for one in entries for name, met in one["meets"].items() if met)),
        "distribution": {
            name: _histogram(value for one in entries for value in one["features"][name]) for name in FEATURES
        },
        "configurations": [config.model_dump() for config in target.configurations],
        "seconds": round(sum(one["seconds"] for one in entries), 1),
    }


def _histogram(values):
    return {str(value): count for value, count in sorted(Counter(values).items())}
