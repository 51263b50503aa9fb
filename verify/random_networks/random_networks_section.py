"""The section of docs/verification.md about the random networks."""

from firstspike.verify.random_networks.random_networks_results import FEATURES

LINKS = {
    "time_stepped": "time-stepped spiking simulation (`golden/evaluators/time_stepped.py`)",
    "definitions": "definitions in plain integers (`golden/evaluators/definitions.py`; networks small enough for it)",
    "reference": "NumPy reference (`golden/evaluators/reference.py`)",
}


def section(results):
    """Markdown of the contents of docs/verification/campaign.json (or netlist.json)."""
    lines = [
        f"## Random networks through the {results['target']}",
        "",
        f"{results['networks']:,} random networks (seeds {results['first_seed']} to {results['last_seed']}), "
        f"{results['images']:,} images, {results['cycles']:,} cycles simulated on {len(results['configurations'])} "
        f"configurations in {results['seconds'] / 60:.1f} minutes: **{results['mismatches']} mismatches**. "
        f"{results['compared']:,} spike words and potentials of the processor were compared, and all operation counters; "
        f"the cycle counters of the {results['networks_with_cycles_compared']:,} networks whose streams did not stall equal "
        f"the cycle model's. `firstspike verify campaign {_options(results)} --replay SEED` repeats one of them.",
        "",
        "Each network was evaluated by the fast golden path, which the processor must equal, and for its first image also "
        "by:",
        "",
        *[f"* {text}: {results['links'].get(name, 0):,} networks" for name, text in LINKS.items()],
        "",
        "| networks with | |",
        "| --- | ---: |",
        *[f"| {name} | {count:,} |" for name, count in results["meets"].items()],
        "",
        "| distribution of | value: how often |",
        "| --- | --- |",
        *[
            f"| {text} | {', '.join(f'{value}: {count:,}' for value, count in results['distribution'][name].items())} |"
            for name, text in FEATURES.items()
        ],
        "",
    ]
    return "\n".join(lines)


def _options(results):
    """The options that say what a seed means."""
    return f"--configurations {len(results['configurations'])}" if results["target"] == "RTL" else "--netlist DIRECTORY"
