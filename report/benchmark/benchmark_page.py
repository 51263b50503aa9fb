"""docs/performance.md: the measured figures in words and tables."""

from firstspike.golden import markdown
from firstspike.report.benchmark import tables

INTRODUCTION = """\
# Performance

This page and its plots are written by `make bench` (`firstspike bench`); the numbers are those of its last run and are
in `build/reports/bench.json` too, each with its unit. Do not edit it by hand.

Cycles come from the RTL in simulation; all spike words, potentials and operation counters were compared with the golden model
and are equal, and every cycle counter equals the cycle model's prediction. The *floor* is the time that all synaptic
operations would take if every lane did one in every cycle. A cycle of a cluster has exactly one cause
(`firstspike counts` explains them).
"""

GROWTH = """\
## How cycles grow

These curves come from the cycle model, which equals the RTL cycle by cycle when no stream stalls
(`tests/golden/test_cycle_model.py`). `firstspike cycles MODEL --config X --batch B` explores other configurations.
Each sweep changes one parameter of the configuration {configuration}.
"""

SWEEPS = (
    (
        "lanes",
        "lanes",
        "lanes",
        "Lanes",
        "A word of the spike buffer holds at most as many neurons as a cluster has lanes. "
        "With few lanes it is so short that reading words without a spike takes longer than the events. With many lanes each "
        "weight row takes more cycles to arrive, while the events take fewer: a single image waits for weights, and a batch "
        "pays.",
    ),
    (
        "network_bits",
        "stream_width",
        "bits of the network stream",
        "Width of the network stream",
        "Each weight row takes "
        "`lanes * 5 / width` cycles to arrive. A single image uses each row of the late layers only a few times, so it waits "
        "for them; a batch uses them once more for each of its images.",
    ),
    (
        "batch",
        "batch",
        "images in a batch",
        "Batch",
        "A batch shares the weight rows of the layers where the stream is the "
        "limit; the curve flattens where the array is the limit.",
    ),
    (
        "spike_density",
        "spike_density",
        "share that fires",
        "Spike density",
        "Random spikes in all hidden layers (the "
        "pixels stay). Cycles follow the events as soon as these, and not the weight stream, are the limit.",
    ),
)
"""Sweep, plot, parameter, heading, explanation. The explanations hold for any numbers: the page is written anew each time."""


def text(report):
    """The page."""
    parts = [
        INTRODUCTION,
        f"Model {report['model']}, configuration {report['configuration']['name']}: "
        f"{report['configuration']['lanes']} lanes in {report['configuration']['clusters']} clusters, "
        f"{report['configuration']['network_bits']}-bit network stream.\n",
        "## Cycles of each layer\n",
        _image("layers", "cycles of each layer by cause, alone and in a batch"),
    ]
    for run in report["runs"]:
        total = run["layers"][-1]
        parts += [
            f"### {'One image alone' if run['batch'] == 1 else 'Batch of ' + str(run['batch'])}\n",
            f"{run['images']} images in one simulation ({_without_place(run['image_source'])}): "
            f"**{run['cycles_per_image']:,.0f} cycles an image** "
            f"(the slowest run: {run['slowest_run_cycles_per_image']:,.0f}), floor {total['floor']:,.0f}, "
            f"{run['correct']} of {run['images']} classes correct. The counters of the layer runs add up to "
            f"{run['counted_cycles']:,} cycles, those of the causes to {run['caused_cycles']:,.0f}; the rest of "
            f"the {run['cycles']:,} cycles lies between the runs.\n",
            markdown.table(*tables.run_rows(run)),
        ]
    parts.append(GROWTH.format(configuration=report["configuration"]["name"]))
    for sweep, plot, value, title, explanation in SWEEPS:
        parts += [
            f"### {title}\n",
            explanation + "\n",
            _image(plot, f"cycles over {value}"),
            _growth_table(value, report["growth"][sweep]),
        ]
    machine = report["machine"]
    parts += [
        "## Tools\n",
        f"Measured on {machine['processor']} ({machine['cores']} cores, load {machine['load']} at the start).\n",
        markdown.table(("what", "measured"), tables.tool_rows(report)),
    ]
    return markdown.page(*parts)


def _without_place(source):
    """Where images came from, without the directory, which only the computer of the measurement has."""
    return source.partition(" (")[0].partition(" in ")[0]


def _image(name, description):
    return f"![{description}](performance/{name}.svg)\n"


def _growth_table(value, points):
    rows = [[f"{point['value']:g}", str(point["batch"]), *_cycles(point)] for point in points]
    return markdown.table([value, "batch", "cycles per image", "floor"], rows)


def _cycles(point):
    if point["cycles_per_image"] is None:
        return [f"refused: {point['refusal']}", ""]
    return [f"{point['cycles_per_image']:,.0f}", f"{point['floor_per_image']:,.0f}"]
