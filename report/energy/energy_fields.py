"""The field dictionary of the report: every name in JSON and CSV with unit and meaning."""

from firstspike.golden.counting import counters, operations
from firstspike.golden.counting.fields import Field
from firstspike.golden.energy.operations import DESCRIPTIONS
from firstspike.report.run.outcome import IMAGE

VARIANT = (
    Field("batch", "images", "images of one run of the hardware"),
    Field("table", "", "energy table"),
    Field("dram", "", "DRAM choice"),
    Field("images", "images", "images that accuracy, counts, cycles and energies are of"),
    Field("energy_aj", "aJ", "energy of all images: the sum of every item's energy, exactly"),
    Field("microjoules_per_image", "uJ", "energy_aj / images"),
    Field("groups_aj", "aJ", "energy by group, all images"),
    Field("picojoules_per_sop", "pJ", "energy of a synaptic operation, DRAM included; null if there was none"),
    Field("frames_per_second", "1/s", "images * clock_hz / cycles, at the clock of the summary"),
    Field("watts", "W", "mean power at this clock, DRAM included"),
)

SUMMARY = (
    Field("model", "", "name of the network"),
    Field("network_digest", "", "SHA-256 of weights, biases and offsets, shortened: equal networks have the same"),
    Field("configuration", "", "hardware parameters of the processor"),
    Field("image_source", "", "where the images came from"),
    Field("images_digest", "", "SHA-256 of their shape and pixels, shortened"),
    Field("correct", "images", "images whose class equals the label; null if there are no labels"),
    Field("accuracy", "", "correct / images; null if there are no labels"),
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
    Field("spikes_per_neuron", "", "spikes / neurons of the firing layers; null if there is none"),
    Field("time_steps", "ticks", "T: a neuron fires in one of these steps, or never"),
    Field("firing_layers", "layers", "all layers but the output layer, whose potentials are the answer"),
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
    Field("kind", "", "convolution with its kernel, or fully connected; stride and pool where it has them"),
    Field(
        "output", "neurons", "channels x height x width of its map, after pooling; channels alone if it is one position"
    ),
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

DRAM = (
    Field("title", "", "what the DRAM is"),
    Field("value", "", "energy of a bit as published, in `unit`"),
    Field("unit", "", "fJ, pJ, nJ"),
    Field("source", "", "where the value is from"),
    Field("checked", "", "how far the value was checked"),
    Field("note", "", "what else must be known of the value"),
)

PUBLISHED = (
    Field("design", "", "name of the design"),
    Field("technology", "", "process node; null if it was not recorded"),
    Field("source", "", "where the numbers are from"),
    Field("checked", "", "how far they were checked"),
    Field("dataset", "", "data set of accuracy and energy"),
    Field("accuracy", "%", "as published"),
    Field("microjoules", "uJ", "energy of one inference, as published"),
    Field("picojoules_per_sop", "pJ", "as published"),
    Field("note", "", "what else must be known of the numbers"),
)

FORMAT = (
    Field("kind", "", "what this file is"),
    Field("version", "", "of its fields; another one may name them otherwise"),
)

LOGITS = Field("logits", "", "the potentials in one common unit, that of the output with the smallest offset")

CLASS = (
    Field("class", "", "name of the class; the section is empty without labels"),
    Field("images", "images", "images labelled so"),
    Field("correct", "images", "those of them that the network gave this class"),
    Field("accuracy", "", "correct / images; null if there are no such images"),
    Field("answers", "images", "images labelled so, by the class that the network gave them; 0 is left out"),
)

CONFUSION = (
    Field("label", "", "class by the data set"),
    Field("class", "", "class by the network, another one"),
    Field("images", "images", "with this label and this class; the most frequent pairs come first"),
)

RUN = (
    Field("first_image", "", "index of the first image of the run"),
    Field("images", "images", "images of the run: the batch"),
    Field("cycles", "cycles", "clock cycles of the run"),
    Field("energy_aj", "aJ", "energy of the run, DRAM included"),
)

SPREAD = (
    Field("what", "", "what is spread; each image counts with the mean of its run"),
    Field("unit", "", "unit of the numbers"),
    Field("least", "", "of all runs"),
    Field("median", "", "of all runs"),
    Field("mean", "", "of all runs"),
    Field("most", "", "of all runs"),
)

SPIKE_TIMES = (Field("<layer>", "spikes", "of all images, by spike time in ticks, 0 first"),)

SHOWN = (
    Field("image", "", "index of the image whose spikes are drawn"),
    Field("spike_times", "spikes", "as the section of this name, of this image"),
)

LAYER_ENERGY = (
    Field("rows", "nJ", "mean of an image by layer and group, in whole numbers that add up"),
    Field("groups", "nJ", "sums of the columns"),
    Field("all", "nJ", "sum of everything"),
    Field("shares", "%", "of the groups, in tenths that add up to 100"),
)

AGAINST = (
    Field("report", "", "file of the other report; the section is null without one"),
    Field("model", "", "its network"),
    Field("configuration", "", "name of its configuration"),
    Field("differences", "", "what was not the same in what was run: this report's value and the other's"),
    Field("numbers", "", "what came out: this report's number, the other's, and this / other - 1"),
    Field("layers", "", "means per image side by side; empty if the networks have other layers"),
    Field("classes", "", "accuracies by class side by side; empty if the classes are others, or without labels"),
    Field("answers", "", "images that the two give another class; null if they are of other images"),
)

CYCLES = (
    Field("layer", "", "name of the layer; one entry a layer run, in order"),
    *counters.CYCLE_CAUSES,
    counters.CYCLES,
)

ACTIONS = tuple(Field(name, "", text) for name, text in DESCRIPTIONS.items())

SECTIONS = {
    "format": FORMAT,
    "summary": SUMMARY,
    "layers": LAYER,
    "items": ITEM,
    "prices": PRICE,
    "entries": ENTRY,
    "dram": DRAM,
    "variants": VARIANT,
    "tables": VARIANT,
    "comparison": COMPARISON,
    "published": PUBLISHED,
    "images": (*IMAGE, LOGITS),
    "classes": CLASS,
    "confusions": CONFUSION,
    "runs": RUN,
    "spread": SPREAD,
    "spike_times": SPIKE_TIMES,
    "shown": SHOWN,
    "cycles": CYCLES,
    "layer_energy": LAYER_ENERGY,
    "against": AGAINST,
    "actions": ACTIONS,
}
"""By key of the document; `actions` explains the names of actions."""
