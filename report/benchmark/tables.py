"""The figures as tables for the terminal."""

from firstspike.golden import terminal

SHOWN_SHARE = 0.002
"""Causes with a smaller share of the cycles are summed up."""


def run(report, measured):
    """Cycles of every layer against the floor."""
    name = report["configuration"]["name"]
    header, rows = run_rows(measured)
    return terminal.table(
        f"{report['model']} on {name}, {measured['images']} images in batches of {measured['batch']}, "
        f"bit-exact: mean cycles per image",
        [title.replace(" ", "\n", 1) for title in header],
        rows,
        plain=True,
    )


def run_rows(measured):
    """(header, rows), all strings: cycles, floor, utilisation and the causes that matter."""
    total = measured["layers"][-1]
    causes = [name for name, cycles in total["causes"].items() if cycles >= SHOWN_SHARE * total["cycles"]]
    header = ["layer", "cycles", "floor", "lanes busy", *(cause_title(name) for name in causes), "other causes"]
    rows = []
    for layer in measured["layers"]:
        shown = [layer["causes"][name] for name in causes]
        rows.append(
            [
                layer["layer"],
                *(f"{n:,.0f}" for n in (layer["cycles"], layer["floor"])),
                f"{layer['utilisation']:.1%}",
                *(f"{n:,.0f}" for n in (*shown, layer["cycles"] - sum(shown))),
            ]
        )
    return header, rows


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
