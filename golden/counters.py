"""The counts of a layer run: one table of names, units and meanings for RTL, golden model and reports.

The RTL sends them per layer run in this order (docs/streams.md, packet COUNTERS).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counter:
    """One count of a layer run.

    Attributes
    ----------
    name : str
    unit : str
    description : str
    """

    name: str
    unit: str
    description: str


OPERATIONS = (
    Counter("events", "events", "events issued to cluster groups: one input spike or pixel digit that meets one "
            "kernel tap of one output position and one group of output channels"),
    Counter("sops", "synaptic operations", "events times output channels that receive them (zero weights included)"),
    Counter("spikes", "spikes", "spikes fired by the layer's neurons (after pooling)"),
    Counter("silent_neurons", "neurons", "neurons of the layer (after pooling) that never fire"),
    Counter("weight_rows", "rows", "weight rows taken from the network stream; a row holds lanes / split weights"),
    Counter("weight_reads", "cluster rows", "reads of the weight ring, one per event and cluster that receives it"),
    Counter("spike_words_read", "words", "words read from the spike buffer"),
    Counter("spike_words_written", "words", "words written to the spike buffer"),
    Counter("image_words_read", "words", "words read from the image buffer"),
    Counter("partial_sums_read", "cluster rows", "partial sums loaded at the start of a visit, per cluster"),
    Counter("partial_sums_written", "cluster rows", "partial sums stored at the end of a visit, per cluster"),
    Counter("potentials_drained", "cluster rows", "finished potentials handed to the encoder, per cluster"),
)
"""Data movement and arithmetic; the golden model predicts each of them exactly from the schedule and the spikes."""

CYCLE_CAUSES = (
    Counter("cycles_event", "cluster cycles", "an event is issued"),
    Counter("cycles_empty_visit", "cluster cycles", "a visit without any event takes its one slot"),
    Counter("cycles_wait_weights", "cluster cycles", "the next event's weight row has not arrived, or no pass has"),
    Counter("cycles_wait_spikes", "cluster cycles", "the event generator has no spike word or pixel word yet"),
    Counter("cycles_wait_drain", "cluster cycles", "finished potentials wait for the encoder"),
    Counter("cycles_wait_partial_sums", "cluster cycles", "a pass waits until the previous one has stored its sums"),
    Counter("cycles_wait_group", "cluster cycles", "the cluster group is done and waits for the others"),
    Counter("cycles_border", "cluster cycles", "the array runs empty between layers"),
    Counter("cycles_wait_image", "cluster cycles", "the input layer waits for an image"),
    Counter("cycles_wait_result", "cluster cycles", "the result sink is not ready"),
)
"""Every cluster spends every cycle on exactly one of these; they add up to `clusters * cycles`."""

CYCLES = Counter("cycles", "cycles", "clock cycles from the start of the layer run to the start of the next")

ALL = (*OPERATIONS, *CYCLE_CAUSES, CYCLES)
