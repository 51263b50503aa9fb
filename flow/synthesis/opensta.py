"""Static timing and power of a mapped netlist, by OpenSTA."""

import re
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis import process, tools
from firstspike.flow.synthesis.asic import CELL_SUFFIX
from firstspike.flow.synthesis.synthesis_errors import SynthesisError

ASSUMED_ACTIVITY = 0.1
"""Transitions per cycle of every net, where no simulation says better."""


@dataclass(frozen=True)
class Path_:
    """The slowest path between two registers.

    Attributes
    ----------
    delay_ns : float
        From clock edge to clock edge: the shortest clock period that it allows.
    start, end : str
        Registers or memories of the RTL at its ends.
    through : list of str
        Nets on the way that have a name in the RTL.
    """

    delay_ns: float
    start: str
    end: str
    through: list


@dataclass(frozen=True)
class Timing:
    """What OpenSTA says at one clock period.

    Attributes
    ----------
    path : Path_
        The slowest one from register to register or memory.
    memory_access_ns : float or None
        At the clock period that `path` allows, what the slowest path that starts at a memory leaves for its access.
    power_w : dict of str to float
        Group (Sequential, Combinational, ...) -> W; memories not included.
    """

    path: Path_
    memory_access_ns: float | None
    power_w: dict


def analyse(directory, libraries, netlist, period_ns, *, top="firstspike", activity=(), name="sta"):
    """Timing and power of `netlist`.

    Parameters
    ----------
    directory : Path
        Working directory; the other paths are relative to it.
    libraries : list of str
    netlist : str
    period_ns : float
        Clock period; power is that at this clock.
    activity : sequence of str
        OpenSTA commands that set switching activities; by default every net has `ASSUMED_ACTIVITY`.

    Returns
    -------
    usage : process.Usage
    timing : Timing
    """
    directory = Path(directory)
    commands = [
        *(f"read_liberty {library}" for library in libraries),
        f"read_verilog {netlist}",
        # The units of numbers here and in the reports; by default they are those of the first library.
        "set_cmd_units -time ns -power W",
        f"link_design {top}",
        f"create_clock -name clk -period {period_ns} [get_ports clk]",
        'puts "== all"',
        "report_checks -path_delay max -digits 4 -fields {nets}",
        # At the border of a macro a path is too short to be the slowest; with no macro there is no such path.
        'puts "== memories"',
        "set macros [get_cells -quiet *macro]",
        "if {[llength $macros]} { report_checks -path_delay max -digits 4 -from $macros -fields {nets} }",
        'puts "== power"',
        # OpenSTA 2.0.17 calls a procedure for -pins that it does not have.
        "if {[info commands sta::get_pins_error] == {}} "
        "{ namespace eval sta { proc get_pins_error {name given} { upvar pins pins; set pins $given } } }",
        *(activity or [f"set_power_activity -global -activity {ASSUMED_ACTIVITY} -duty 0.5"]),
        "report_power -digits 6",
        "exit",
    ]
    (directory / f"{name}.tcl").write_text("\n".join(commands) + "\n")
    log = f"{name}.log"
    usage = process.run("opensta", [*tools.command("sta"), "-no_splash", f"{name}.tcl"], directory, log)
    text = (directory / log).read_text()
    if "Error" in text or "== power" not in text:
        raise SynthesisError(f"opensta failed (log: {directory / log}):\n{process.errors(directory / log)}")
    checks, _, rest = text.partition("== all")[2].partition("== memories")
    memories, _, power = rest.partition("== power")
    path = _path(checks, period_ns)
    from_memory = _path(memories, period_ns) if "slack" in memories else None
    access = round(path.delay_ns - from_memory.delay_ns, 4) if from_memory else None
    return usage, Timing(path, access, _power(power))


def _path(report, period_ns):
    slack = re.search(r"(-?[\d.]+)\s+slack", report)
    if slack is None:
        raise SynthesisError("the netlist has no path between registers")
    start, end = (
        re.search(rf"^{point}: (\S+)", report, re.M)[1].removesuffix(CELL_SUFFIX)
        for point in ("Startpoint", "Endpoint")
    )
    nets = [net for net in re.findall(r"(\S+) \(net\)", report) if not re.search(r"(^|\.)_\d+_$", net)]
    return Path_(round(period_ns - float(slack[1]), 4), start, end, list(dict.fromkeys(nets)))


def _power(report):
    groups = re.findall(r"^(Sequential|Combinational|Macro|Pad|Total)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", report, re.M)
    return {name: float(total) for name, _, _, _, total in groups}
