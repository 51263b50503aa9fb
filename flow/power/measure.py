"""Energy of a netlist while it classifies images, block by block."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from firstspike.flow.power import cells, record, saif
from firstspike.flow.power import transitions as energy
from firstspike.flow.synthesis import asic, cell_power, liberty
from firstspike.golden.network_file import NetworkFile
from firstspike.sim import simulate

CLOCK_NET = "clk"
PE = re.compile(r"cluster_\d+\.pe_\d+\.")
REGISTER = re.compile(r"(?:.*\.)?(.*?)(?:\[\d+\])*" + asic.CELL_SUFFIX)
BLOCKS = {"pe": "PEs", "cluster": "clusters without their PEs"}
"""Names of blocks in the results that are not those of the RTL."""


def run(
    network_file: NetworkFile, pixels: np.ndarray, netlist_directory: Path, directory: Path
) -> tuple[simulate.SimulationResult, dict[str, Any]]:
    """Simulate images on a netlist, compare with the golden model, and find the energy of every block.

    `pixels` are uint8 (N, C, H, W), the netlist is as `firstspike synth --target asic` leaves it, and the recording goes
    into `directory`, which exists. `power_section.section` explains the figures.

    Raises
    ------
    SimulationError
    flow.synthesis.synthesis_errors.SynthesisError
    """
    config = network_file.schedule.config
    library = liberty.read(sorted(netlist_directory.glob("cells_*.lib")))
    executable = record.compile(config, netlist_directory)
    stimulus = simulate.stimulus_of(network_file, pixels)
    recording = record.run(executable, config, stimulus, directory)
    result = simulate.compared(network_file, pixels, simulate.golden(network_file, pixels), stimulus, recording)
    with open(directory / record.SAIF, encoding="utf-8") as lines:
        activity, cycles = saif.read(lines, "dut", record.PERIOD)
    netlist = energy.Netlist(
        cells.read((netlist_directory / asic.STA_NETLIST).read_text()), cell_power.read(library), library.voltage
    )
    sops = sum(one["sops"] for one_run in result.expected_counts for one in one_run)
    return result, {
        "technology": library.name,
        "voltage": library.voltage,
        "configuration": config.name,
        "network": network_file.network.name,
        "images": len(pixels),
        "cycles": round(cycles),
        "lanes": config.lanes,
        "sops": sops,
        "lane_utilisation": round(sops / config.lanes / cycles, 4),
        "blocks": blocks(netlist, activity),
        "pe_clock_gates": gates(netlist, activity, cycles),
    }


def block(path):
    """Block of a cell: its PE, or the instance in the top module that it is in, without a number."""
    if PE.match(path):
        return BLOCKS["pe"]
    name, dot, _ = path.partition(".")
    name = re.sub(r"_\d+$", "", name) if dot else "top"
    return BLOCKS.get(name, name)


def blocks(netlist, activity):
    """Energy of each block in pJ a cycle: with the gates as they were, with all open, and while nothing moves."""
    clocks = netlist.clocks()
    measured, ungated, resting = (
        energy.by_block(netlist.energies(nets), block)
        for nets in (activity, energy.ungated(activity, clocks), energy.resting(activity, clocks, CLOCK_NET))
    )
    return [
        {
            "block": name,
            "cells": sum(block(instance.name) == name for instance in netlist.instances),
            "picojoules": _rounded(one.picojoules),
            "picojoules_gates_open": _rounded(ungated[name].picojoules),
            "picojoules_resting": _rounded(resting[name].picojoules),
            "leakage_uw": round(one.leakage_w * 1e6, 4),
        }
        for name, one in measured.items()
    ]


def gates(netlist, activity, cycles):
    """The clock gates of the PEs by the registers behind them: flip-flops, and how often they were open."""
    found = {}
    for net, name in netlist.gated_clocks():
        if PE.match(name):
            behind = [REGISTER.fullmatch(one)[1] for one in netlist.clocked_by(net)]
            found.setdefault(", ".join(sorted(set(behind))), []).append((len(behind), activity[net].transitions / 2))
    return [
        {
            "registers": registers,
            "gates": len(one),
            "bits": sum(bits for bits, _ in one),
            "openings": round(cycles * sum(share for _, share in one)),
            "open": round(sum(share for _, share in one) / len(one), 4),
        }
        for registers, one in sorted(found.items())
    ]


def _rounded(parts):
    return {part: round(value, 4) for part, value in parts.items()}
