"""Cycles of each layer against the floor: all its synaptic operations on all lanes at once."""

from dataclasses import dataclass

from firstspike.golden.counting import counters


@dataclass(frozen=True)
class LayerCycles:
    """Mean cycles of one layer (or of all) per image.

    Attributes
    ----------
    layer : str
    cycles : float
    floor : float
        Synaptic operations / lanes.
    causes : dict of str to float
        What the clusters spend these cycles on, by the names of `counters.CYCLE_CAUSES`; they add up to `cycles`.
    """

    layer: str
    cycles: float
    floor: float
    causes: dict

    @property
    def utilisation(self):
        """Share of the lanes' cycles in which they do a synaptic operation."""
        return self.floor / self.cycles


def layers(network, schedule, counted):
    """Cycles of every layer.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    counted : list (per run of the schedule) of list (per layer run) of dict of str to int
        Counters of `counters.CYCLE_CAUSES`, `cycles` and `sops`: predicted, or counted by the processor.

    Returns
    -------
    list of LayerCycles
    """
    config = schedule.config
    images = len(counted) * schedule.batch
    result = []
    for index, layer in enumerate(network.layers):
        counts = [
            counts
            for run in counted
            for layer_run, counts in zip(schedule.runs, run, strict=True)
            if layer_run.layer == index
        ]

        def per_image(name):
            return sum(one[name] for one in counts) / images

        causes = {cause.name: per_image(cause.name) / config.clusters for cause in counters.CYCLE_CAUSES}
        result.append(
            LayerCycles(layer.name, per_image(counters.CYCLES.name), per_image("sops") / config.lanes, causes)
        )
    return result


def total(layers):
    """The sum over all layers."""
    return LayerCycles(
        "all",
        sum(layer.cycles for layer in layers),
        sum(layer.floor for layer in layers),
        {cause.name: sum(layer.causes[cause.name] for layer in layers) for cause in counters.CYCLE_CAUSES},
    )
