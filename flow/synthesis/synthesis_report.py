"""The report of a synthesis run as a file and as tables."""

import json
from pathlib import Path

from rich.table import Table

from firstspike.golden import terminal
from firstspike.golden.files import write_atomically

FIELDS = {
    "identity": "SHA-256 of the Verilog, the target and the names of the cell libraries",
    "configuration": "every parameter of the processor",
    "target": "ecp5, xilinx or asic",
    "technology": "device, or name of the standard-cell library",
    "memories": "one entry per shape: rows, bits of a row, instances (each with one write and one read port)",
    "memory_bits": "bits of all memories together; for asic they are black boxes and in no other figure",
    "cells": "primitives of the FPGA, or standard cells",
    "luts": "look-up tables, those used as carry chains and small memories included",
    "lut_rams": "look-up tables used as memory (part of luts)",
    "flip_flops": "flip-flops",
    "block_rams": "ECP5: DP16KD of 16 Kibit; Xilinx: RAMB36 of 36 Kibit, an RAMB18 counts one half",
    "area_um2": "area of the standard cells in um2 (the library's unit), without memories and wires",
    "kge": "area in thousand gate equivalents: areas of the library's smallest two-input NAND",
    "clock_gates": "integrated clock-gating cells",
    "blocks": "the figures per module, everything below it included; one of its instances",
    "fmax_mhz": "highest clock in MHz: ecp5 after routing, asic before layout (cells and fan-out, no wires)",
    "longest_path": "slowest path between registers: clock period it needs in ns, registers at its ends, named nets",
    "memory_access_ns": "at fmax, what the logic behind the slowest memory leaves for its access, in ns",
    "power_mw": "power of the standard cells in mW at the given clock and transitions per cycle of every net (assumed), by "
    "OpenSTA, whose release 2.0 overstates clock pins; `make gates` measures (docs/energy.md)",
    "not_routed": "why the design was not placed and routed",
    "tools": "tool, seconds of wall time, largest memory in 10^6 bytes",
}
"""Explanation of every field of a report, with units."""


def write(path, document):
    """Writes the report with the explanations of its fields."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {"fields": {name: FIELDS[name] for name in document}}
    write_atomically(path, (json.dumps(document | fields, indent=2) + "\n").encode())


def read(path):
    """The report at `path`, or None if there is none of this version."""
    try:
        document = json.loads(Path(path).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return document if "identity" in document else None


def summary(document):
    """Table of the whole design."""
    table = Table(title=f"{document['configuration']['name']} on {document['technology']}", show_header=False)
    for name, value in _summary_rows(document):
        table.add_row(name, value)
    return table


def _summary_rows(document):
    for name, unit in (
        ("cells", ""),
        ("luts", ""),
        ("lut_rams", ""),
        ("flip_flops", ""),
        ("block_rams", ""),
        ("area_um2", " um2"),
        ("kge", " kGE"),
        ("clock_gates", ""),
        ("memory_bits", ""),
        ("fmax_mhz", " MHz"),
        ("memory_access_ns", " ns"),
        ("not_routed", ""),
    ):
        if document.get(name) is not None:
            value = document[name]
            yield name.replace("_", " "), (value if isinstance(value, str) else f"{value:,}{unit}")
    if path := document.get("longest_path"):
        yield "longest path", f"{path['delay_ns']} ns from {path['from']} to {path['to']}"
    if power := document.get("power_mw"):
        yield (
            "power",
            (
                f"{power['total']:,} mW at {power['clock_mhz']:g} MHz, activity {power['activity']} assumed; "
                f"{power['registers']:,} in registers"
            ),
        )
    for tool in document["tools"]:
        yield tool["tool"], f"{tool['seconds']:.0f} s, {tool['memory_mb']:,.0f} MB"


def block_table(document):
    """Table of the modules, the largest first, or None if the design was flattened."""
    blocks = document.get("blocks")
    if not blocks:
        return None
    columns = [name for name in blocks[0] if name not in ("module", "instances")]
    largest = columns[-1] if "kge" in columns else "luts"
    rows = [
        (block["module"], f"{block['instances']}", *(f"{block[name]:,}" for name in columns))
        for block in sorted(blocks, key=lambda block: -block[largest])
    ]
    header = ("module", "instances", *(name.replace("_", " ") for name in columns))
    return terminal.table("blocks (one instance, everything below it included)", header, rows)
