"""One synthesis run: from a configuration to a report."""

import hashlib
from pathlib import Path

from firstspike.flow.synthesis import asic, ecp5, fpga, opensta, sources, yosys
from firstspike.flow.synthesis.liberty import read as read_library
from firstspike.hw.deliver.constraints import DEFAULT_CLOCK_MHZ
from firstspike.hw.writer.verilog import TOP


def identity(config, target, liberty=()):
    """SHA-256 of what decides a run's figures: the Verilog, the target and the names of the cell libraries."""
    names = [Path(path).name for path in liberty] if target == "asic" else []
    return hashlib.sha256("\n".join([sources.digest(config), target, *names]).encode()).hexdigest()


def run(config, target, directory, *, liberty=(), clock_mhz=DEFAULT_CLOCK_MHZ, route=True):
    """Synthesises the processor.

    Parameters
    ----------
    config : HardwareConfig
    target : str
        "asic", "ecp5" or "xilinx".
    directory : Path
        Emptied first; sources, netlists, logs and reports of the tools stay there.
    liberty : sequence of Path
        Standard cells for `asic`; by default Debian's free ones.
    clock_mhz : float
        For `asic`: the clock that mapping aims at and that power is reported for.
    route : bool
        For `ecp5`: place and route, with the design optimised across its modules; otherwise resources of every module.

    Returns
    -------
    dict
        The report; `report.FIELDS` explains it.

    Raises
    ------
    SynthesisError
    """
    # Found out before the minutes that the Verilog takes.
    library = read_library(liberty) if target == "asic" else None
    directory = Path(directory)
    written = sources.write(config, directory)
    document = {
        "identity": identity(config, target, liberty),
        "configuration": config.model_dump(),
        "target": target,
        "memories": [
            {"depth": memory.depth, "width": memory.width, "count": memory.count} for memory in written.memories
        ],
        "memory_bits": sum(memory.bits for memory in written.memories),
    }
    if target == "asic":
        document |= _asic(directory, written, library, clock_mhz)
    elif target == "ecp5":
        document |= _ecp5(directory, written, route)
    else:
        usage, modules = fpga.synthesise(directory, written, "xilinx")
        document |= {"technology": "Xilinx 7 series", "tools": [vars(usage)]}
        document |= _fpga(modules, written.design, fpga.xilinx)
    return document


def _asic(directory, written, library, clock_mhz):
    period_ns = 1000 / clock_mhz
    usage, modules = asic.synthesise(directory, written, library, period_ns)
    libraries = [*asic.library_files(directory, library), asic.MEMORY_LIBRARY]
    sta_usage, path, access, power_w = opensta.analyse(directory, libraries, asic.STA_NETLIST, period_ns)

    def figures(name):
        cells = yosys.cells(modules, name)
        gates = sum(count for kind, count in cells.items() if kind in library.cells)
        area = modules[name].get("area", 0.0)
        return {"cells": gates, "area_um2": round(area, 1), "kge": round(area / library.nand2.area / 1000, 2)}

    clock_gates = yosys.cells(modules, TOP).get(library.clock_gate.name, 0) if library.clock_gate else 0
    return {
        "technology": library.name,
        **figures(TOP),
        "clock_gates": clock_gates,
        "blocks": [
            {"module": name, "instances": len(written.design.instances[name]), **figures(name)}
            for name in reversed(written.design.modules)
        ],
        "fmax_mhz": round(1000 / path["delay_ns"], 1),
        "longest_path": path,
        "memory_access_ns": access,
        "power_mw": {
            "clock_mhz": clock_mhz,
            "activity": opensta.ASSUMED_ACTIVITY,
            **{
                name: round(power_w[group] * 1000, 3)
                for name, group in (("total", "Total"), ("registers", "Sequential"), ("logic", "Combinational"))
            },
        },
        "tools": [vars(usage), vars(sta_usage)],
    }


def _ecp5(directory, written, route):
    # Counts are per module without flattening, and optimised across modules with it.
    usage, modules = fpga.synthesise(directory, written, "ecp5", "-json ecp5.json" if route else "-noflatten")
    cells = yosys.cells(modules, TOP)
    device = ecp5.device_for(cells, written.config)
    document = {"technology": device.name, "tools": [vars(usage)], **_fpga(modules, written.design, fpga.ecp5)}
    if not route:
        return document
    if reason := ecp5.shortage(device, cells, written.config):
        return document | {"not_routed": reason}
    usage, figures = ecp5.route(directory, device)
    document["tools"].append(vars(usage))
    return document | figures


def _fpga(modules, design, resources):
    def figures(name):
        cells = yosys.cells(modules, name)
        return {
            "cells": sum(count for kind, count in cells.items() if not kind.startswith("$")),
            **vars(resources(cells)),
        }

    return {
        **figures(TOP),
        "blocks": [
            {"module": name, "instances": len(design.instances[name]), **figures(name)}
            for name in reversed(design.modules)
            if name in modules and len(modules) > 1
        ],
    }
