"""The field dictionary of the report: every name in JSON and CSV with unit and meaning."""

from firstspike.golden.counting import counters, operations
from firstspike.golden.counting.fields import Field
from firstspike.golden.energy.operations import DESCRIPTIONS
from firstspike.report.run.outcome import IMAGE

VARIANT = (
    Field("batch", "images", "images of one run of the hardware"),
    Field("table", "", "energy table"),
    Field("dram", "", "DRAM choice"),
    Field("images", "images", "images that counts, cycles and energies are of"),
    Field("energy_aj", "aJ", "energy of all images: the sum of every item's energy, exactly"),
    Field("microjoules_per_image", "uJ", "energy_aj / images"),
    Field("groups_aj", "aJ", "energy by group, all images"),
    Field("picojoules_per_sop", "pJ", "energy of a synaptic operation, DRAM included"),
    Field("frames_per_second", "1/s", "images * clock_hz / cycles, at the clock of the summary"),
    Field("watts", "W", "mean power at this clock, DRAM included"),
)

SUMMARY = (
    Field("model", "", "name of the network"),
    Field("configuration", "", "hardware parameters of the processor"),
    Field("image_source", "", "where the images came from"),
    Field("accuracy_images", "images", "images that the accuracy is of; null if there are no labels"),
    Field("correct", "images", "those of them whose class equals the label"),
    Field("accuracy", "", "correct / accuracy_images"),
    Field("table_title", "", "what the table is"),
    Field("table_warning", "", "what must be known of its prices"),
    Field("table_omits", "", "actions that it leaves out, and why"),
    Field("dram_title", "", "what the DRAM is"),
    Field("clock_hz", "Hz", "clock at which rates, power and leakage are stated"),
    *VARIANT,
    Field("components_aj", "aJ", "energy by component, all images"),
    Field("on_chip_picojoules_per_sop", "pJ", "energy of a synaptic operation without DRAM"),
    Field("cycles", "cycles", "clock cycles of all images"),
    Field("sops", "synaptic operations", "of all images"),
    Field("spikes", "spikes", "fired by all neurons of all images"),
    Field("spikes_per_neuron", "", "spikes / neurons of the firing layers"),
    Field("time_steps", "ticks", "T: a neuron fires in one of these steps, or never"),
    Field(
        "time_steps_to_decision",
        "ticks",
        "T for every firing layer, one after the other: the latency that the SNN "
        "literature states; the processor does not wait for them",
    ),
    Field("rtl", "", "the estimate from RTL counters beside that from golden counts of the same images; null without"),
)

LAYER = (
    Field("layer", "", "name of the layer"),
    *counters.OPERATIONS,
    counters.CYCLES,
    *(
        Field(f"statistic_{statistic.name}", statistic.unit, statistic.description)
        for statistic in operations.STATISTICS
    ),
    Field("density", "", "share of the layer's neurons that fire; null for the output layer"),
    Field("energy_aj", "aJ", "energy of the layer, all images"),
    Field("energy_<component>_aj", "aJ", "energy of one component in the layer, all images"),
)

ITEM = (
    Field("layer", "", "name of the layer"),
    Field("component", "", "part of the processor"),
    Field("group", "", "arithmetic, on-chip memory, DRAM, clock and leakage"),
    Field("action", "", "what is counted; see the dictionary of actions"),
    Field("count", "", "occurrences, all images"),
    Field("price_aj", "aJ", "energy of one"),
    Field("energy_aj", "aJ", "count * price_aj"),
)

COMPARISON = (
    Field("design", "", "name of the design"),
    Field("kind", "", "estimated: priced here by the same table; published: a number of others, not measured by us"),
    Field("assumptions", "", "what the estimate takes for granted"),
    Field("energy_aj", "aJ", "energy of all images"),
    Field("microjoules_per_image", "uJ", "energy_aj / images, or as published"),
    Field("groups_aj", "aJ", "energy by group"),
)

PRICE = (
    Field("price_aj", "aJ", "energy of one occurrence of the action that is the entry's name"),
    Field("derivation", "", "the entries of the table that it is made of"),
)

ENTRY = (
    Field("table", "", "energy table that has the entry: the chosen one, or its fallback"),
    Field("action", "", "operation or action that is priced"),
    Field("value", "", "as published, in `unit`"),
    Field("unit", "", "fJ, pJ, nJ; nW, uW, mW for leakage"),
    Field("bits", "bits", "width of the operation; null: any"),
    Field("kilobytes", "KB", "capacity of the memory, 1 KB = 1024 bytes"),
    Field("node", "", "process node of the published value"),
    Field("voltage", "", "supply voltage of the published value"),
    Field("source", "", "where the value is from"),
    Field("checked", "", "how far the value was checked"),
    Field("scaling", "", "device family, node and voltage that the value is brought to; null: none"),
    Field("note", "", "what else must be known of the value"),
)

PUBLISHED = (
    Field("design", "", "name of the design"),
    Field("technology", "", "process node"),
    Field("source", "", "where the numbers are from"),
    Field("checked", "", "how far they were checked"),
    Field("dataset", "", "data set of accuracy and energy"),
    Field("accuracy", "%", "as published"),
    Field("microjoules", "uJ", "energy of one inference, as published"),
    Field("picojoules_per_sop", "pJ", "as published"),
    Field("note", "", "what else must be known of the numbers"),
)

SPIKE_TIMES = (Field("<layer>", "spikes", "of all images, by spike time in ticks, 0 first"),)

CYCLES = (
    Field("layer", "", "name of the layer; one entry a layer run, in order"),
    *counters.CYCLE_CAUSES,
    counters.CYCLES,
)

ACTIONS = tuple(Field(name, "", text) for name, text in DESCRIPTIONS.items())

SECTIONS = {
    "summary": SUMMARY,
    "layers": LAYER,
    "items": ITEM,
    "prices": PRICE,
    "entries": ENTRY,
    "variants": VARIANT,
    "tables": VARIANT,
    "comparison": COMPARISON,
    "published": PUBLISHED,
    "images": IMAGE,
    "spike_times": SPIKE_TIMES,
    "cycles": CYCLES,
    "actions": ACTIONS,
}
"""By key of the document; `actions` explains the names of actions."""
