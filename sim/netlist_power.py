"""Power of the netlist of one block: simulated with a bench of its own, its switching activity given to OpenSTA.

The simulation has no delays, so the power of glitches is not in the figures; nor is the clock tree. OpenSTA takes every
clock pin as switching in every cycle, so clock gates save nothing here: the figures are for a block that works in every
cycle.
"""

import os
import re
import subprocess

import numpy as np

from hw.synthesis import asic, opensta
from sim import verilator
from sim.errors import SimulationError
from sim.power import cells

BENCH_PERIOD_NS = 10
"""Clock of every bench, whatever the clock of the power figure is."""
VCD = "activity.vcd"


def run_bench(directory, bench, text):
    """Compiles the netlist in `directory` with a bench and runs it; it leaves `VCD`.

    Parameters
    ----------
    directory : Path
    bench : str
        Name of the bench's module, which has the block as its instance `dut`.
    text : str
        Its Verilog.

    Raises
    ------
    SimulationError
    """
    (directory / f"{bench}.v").write_text(text)
    tool = verilator.find()
    environment = {name: value for name, value in os.environ.items() if name not in verilator.INHERITED}
    environment |= tool.environment
    for command in (
            # Only the nets of the netlist itself are traced, not those inside of its cells.
            [tool.executable, "--cc", "--exe", "--main", "--timing", "--trace", "--trace-depth", "2", "-Wno-lint",
             "-Wno-fatal", "--top-module", bench, "-Mdir", "objects", f"{bench}.v", asic.NETLIST, asic.CELL_MODELS],
            # A few thousand cycles: compiling takes longer than running.
            ["make", "-s", "-C", "objects", "-f", f"V{bench}.mk", "OPT_FAST=-O0", "OPT_SLOW=-O0", *tool.make_arguments],
            [f"objects/V{bench}"]):
        outcome = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            raise SimulationError(f"the netlist cannot be simulated:\n{(outcome.stderr or outcome.stdout)[-2000:]}")


def watts(directory, library, period_ns, top):
    """float: power of the netlist at this clock with the activity of its bench.

    Parameters
    ----------
    directory : Path
    library : hw.synthesis.liberty.Library
    period_ns : float
    top : str
    """
    with open(directory / VCD, encoding="utf-8") as lines:
        switching = activity(lines)
    commands = [f"set_power_activity -pins [get_pins {{{instance.name}/{pin}}}] -activity {switching[net][0]:.6f} "
                f"-duty {switching[net][1]:.4f}"
                for instance in cells.read((directory / asic.STA_NETLIST).read_text())
                for pin, net in instance.nets.items() if net in switching and net != "clk"]
    _, timing = opensta.analyse(directory, asic.library_files(directory, library), asic.STA_NETLIST, period_ns, top=top,
                                activity=commands)
    return timing.power_w["Total"]


def activity(lines):
    """Net -> (transitions per cycle, share of time high), from the lines of a VCD."""
    lines = iter(lines)
    names, unit_ns = _declared(lines)
    widths = {code: variables[0][1] for code, variables in names.items()}
    values = dict.fromkeys(names)
    changes = {code: np.zeros(width, np.int64) for code, width in widths.items()}
    high = {code: np.zeros(width) for code, width in widths.items()}
    since = dict.fromkeys(names, 0.0)
    time = start = None
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("#"):
            time = int(line[1:]) * unit_ns
            start = time if start is None else start
            continue
        word, code = (line[1:].split() if line.startswith("b") else (line[:1], line[1:])) if line else ("", "")
        if code not in names or set(word) - {"0", "1"}:
            continue
        bits = np.array([bit == "1" for bit in word.zfill(widths[code])[::-1]])
        if values[code] is not None:
            changes[code] += bits != values[code]
            high[code] += values[code] * (time - since[code])
        values[code], since[code] = bits, time
    span = time - start
    result = {}
    for code, variables in names.items():
        if values[code] is None:
            continue
        high[code] += values[code] * (time - since[code])
        for name, width in variables:
            for bit in range(width):
                net = name if width == 1 else f"{name}[{bit}]"
                result[net] = changes[code][bit] / (span / BENCH_PERIOD_NS), high[code][bit] / span
    return result


def _declared(lines):
    """Variables of the netlist itself by code, as a list of (name, width), and the time unit in ns."""
    names, unit_ns, depth, header = {}, None, None, ""
    for line in lines:
        if "$enddefinitions" in line:
            return names, unit_ns
        header += line if unit_ns is None else ""
        if found := re.search(r"\$timescale\s+1\s*(\w+)", header):
            unit_ns, header = {"ps": 1e-3, "ns": 1.0}[found[1]], ""
        if "$scope module dut $end" in line:
            depth = 0
        if depth is None:
            continue
        depth += ("$scope" in line) - ("$upscope" in line)
        if depth == 0:
            depth = None
        elif depth == 1 and (found := re.search(r"\$var \w+\s+(\d+) (\S+) (\S+)(?: \[[\d:]+\])? \$end", line)):
            # Nets that are always equal share a code.
            names.setdefault(found[2], []).append((found[3], int(found[1])))
    raise SimulationError("the trace of the netlist has no end of its declarations")
