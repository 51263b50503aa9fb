"""The figures as tables for the terminal."""

from firstspike.golden import terminal

SHOWN_SHARE = 0.002
"""Causes with a smaller share of the cycles are summed up."""


def run(report, measured):
    """Cycles of every layer against the floor."""
    name = report["configuration"]["name"]
    title = (
        f"{report['model']} on {name}, {measured['images']} images in batches of {measured['batch']}, "
        "bit-exact: mean cycles per image"
    )
    return narrow(title, *run_rows(measured))


def narrow(title, header, rows):
    """Table for the terminal with headings of two lines."""
    return terminal.table(title, [name.replace(" ", "\n", 1) for name in header], rows, plain=True)


def run_rows(measured):
    """`rows` of one run."""
    return rows(measured["layers"], SHOWN_SHARE)


def rows(layers, least):
    """(header, rows), all strings: cycles, floor, utilisation and the causes of at least a share `least` of all cycles.

    `layers` are dicts (see `processor_runs.layer`), the last one the sum of all.
    """
    total = layers[-1]
    causes = [name for name, cycles in total["causes"].items() if cycles >= least * total["cycles"]]
    header = ["layer", "cycles", "floor", "lanes busy", *map(cause_title, causes), "other causes"]
    cells = []
    for layer in layers:
        shown = [layer["causes"][name] for name in causes]
        counts = [f"{n:,.0f}" for n in (layer["cycles"], layer["floor"], *shown, layer["cycles"] - sum(shown))]
        cells.append([layer["layer"], *counts[:2], f"{layer['utilisation']:.1%}", *counts[2:]])
    return header, cells


def cause_title(name):
    """Heading of a cause: "wait weights"."""
    return name.removeprefix("cycles_").replace("_", " ")


def tools(report):
    """Times and memory."""
    return terminal.table("Tools", ("what", "measured"), tool_rows(report), plain=True)


def tool_rows(report):
    """(what, value) of every tool."""
    export, verilog = report["export"], report["verilog"]
    return [
        ("RTL simulation under cocotb, median", f"{report['simulation']['median']:,.0f} cycles/s"),
        ("golden model, median", f"{report['golden']['median']:,.1f} images/s"),
        ("export of the checkpoint", f"{export['seconds']:.1f} s, {export['peak_memory_mib']:,.0f} MiB"),
        ("generation of the Verilog", f"{verilog['seconds']:.1f} s, {verilog['peak_memory_mib']:,.0f} MiB"),
    ]
