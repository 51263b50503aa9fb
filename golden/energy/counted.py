"""Counts and cycles of many images without RTL: what an estimate needs, by layer."""

from dataclasses import dataclass, field

from firstspike.golden.counting import counts
from firstspike.golden.cycle_model import predict
from firstspike.golden.energy.estimate import sum_by_layer
from firstspike.golden.evaluators.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Counted:
    """Operation counts and cycles of consecutive runs of a schedule.

    Attributes
    ----------
    layer_counts : list of dict
        Per layer the counters of `golden.counting.counters.OPERATIONS`, summed over all runs.
    layer_cycles : list of int
        Per layer, summed over all runs.
    predictions : list of golden.cycle_model.Prediction
        One per run.
    run_counts : list of list of dict
        Per run and layer run the counters of `OPERATIONS`; empty where only their sums are known.
    """

    layer_counts: list
    layer_cycles: list
    predictions: list
    run_counts: list = field(default_factory=list)

    @property
    def runs(self):
        return len(self.predictions)


def count(network, schedule, images, evaluation):
    """Counts and predicts the runs of `schedule` on all images.

    Parameters
    ----------
    network : Network
    schedule : Schedule
    images : uint8 (N, C, H, W)
        N is a multiple of the schedule's batch.
    evaluation : Evaluation
        Of these images.

    Returns
    -------
    Counted
    """
    predictions = predict(network, schedule, images, evaluation)
    batches = [slice(first, first + schedule.batch) for first in range(0, len(images), schedule.batch)]
    run_counts = [counts.count(network, schedule, images[batch], part(evaluation, batch)) for batch in batches]
    cycles = sum_by_layer(network, schedule, [prediction.runs for prediction in predictions])
    return Counted(
        sum_by_layer(network, schedule, run_counts), [layer["cycles"] for layer in cycles], predictions, run_counts
    )


def part(evaluation, images):
    """The Evaluation of some of the images (a slice)."""
    return Evaluation([spikes[images] for spikes in evaluation.spikes], evaluation.potentials[images])
