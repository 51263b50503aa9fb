"""The counts of a layer run: one table of names, units and meanings for RTL, golden model and reports.

The RTL sends them per layer run in this order (docs/streams.md, packet COUNTERS).
"""

from firstspike.golden.counting.fields import Field

OPERATIONS = (
    Field(
        "events",
        "events",
        "events issued to cluster groups: one input spike or pixel digit that meets one "
        "kernel tap of one output position and one group of output channels",
    ),
    Field("sops", "synaptic operations", "events times output channels that receive them (zero weights included)"),
    Field("spikes", "spikes", "spikes fired by the layer's neurons (after pooling)"),
    Field("silent_neurons", "neurons", "neurons of the layer (after pooling) that never fire"),
    Field("weight_rows", "rows", "weight rows taken from the network stream; a row holds lanes / split weights"),
    Field("weight_reads", "cluster rows", "reads of the weight ring, one per event and cluster that receives it"),
    Field("spike_words_read", "words", "words read from the spike buffer"),
    Field("spike_words_written", "words", "words written to the spike buffer"),
    Field("image_words_read", "words", "words read from the image buffer"),
    Field("partial_sums_read", "cluster rows", "partial sums loaded at the start of a visit, per cluster"),
    Field("partial_sums_written", "cluster rows", "partial sums stored at the end of a visit, per cluster"),
    Field("potentials_drained", "cluster rows", "finished potentials handed to the encoder, per cluster"),
)
"""Data movement and arithmetic; the golden model predicts each of them exactly from the schedule and the spikes."""

CYCLE_CAUSES = (
    Field("cycles_event", "cluster cycles", "an event is issued"),
    Field("cycles_empty_visit", "cluster cycles", "a visit without any event takes its one slot"),
    Field("cycles_wait_weights", "cluster cycles", "the next event's weight row has not arrived, or no pass has"),
    Field("cycles_wait_spikes", "cluster cycles", "the event generator has no spike word or pixel word yet"),
    Field("cycles_wait_drain", "cluster cycles", "finished potentials wait for the encoder"),
    Field("cycles_wait_partial_sums", "cluster cycles", "a pass waits until the previous one has stored its sums"),
    Field("cycles_wait_group", "cluster cycles", "the cluster group is done and waits for the others"),
    Field("cycles_border", "cluster cycles", "the array runs empty between layers"),
    Field("cycles_wait_image", "cluster cycles", "the input layer waits for an image"),
    Field("cycles_wait_result", "cluster cycles", "the result sink is not ready"),
)
"""Every cluster spends every cycle on exactly one of these; they add up to `clusters * cycles`."""

CYCLES = Field("cycles", "cycles", "clock cycles from the start of the layer run to the start of the next")

ALL = (*OPERATIONS, *CYCLE_CAUSES, CYCLES)
