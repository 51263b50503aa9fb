"""Static timing and power of a mapped netlist, by OpenSTA."""

import re
from pathlib import Path

from firstspike.flow.synthesis import process, tools
from firstspike.flow.synthesis.asic import CELL_SUFFIX
from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.hw.writer.verilog import TOP

ASSUMED_ACTIVITY = 0.1
"""Transitions per cycle of every net, where no simulation says better."""


def analyse(directory, libraries, netlist, period_ns, *, top=TOP):
    """Timing and power of `netlist`.

    Parameters
    ----------
    directory : Path
        Working directory; the other paths are relative to it.
    libraries : list of str
    netlist : str
    period_ns : float
        Clock period; power is that at this clock, with `ASSUMED_ACTIVITY` of every net.

    Returns
    -------
    usage : process.Usage
    path : dict
        The slowest path from register to register or memory: `delay_ns` from clock edge to clock edge, the shortest clock
        period that it allows; `from`, `to`: registers or memories of the RTL; `through`: nets that have a name there.
    memory_access_ns : float or None
        At this clock period, what the slowest path that starts at a memory leaves for its access.
    power_w : dict of str to float
        Group (Sequential, Combinational, ...) -> W; memories not included.
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
        # At the pins of a macro a path is too short to be the slowest; with no macro there is no such path.
        'puts "== memories"',
        "set macros [get_cells -quiet *macro]",
        "if {[llength $macros]} { report_checks -path_delay max -digits 4 -from $macros -fields {nets} }",
        'puts "== power"',
        # OpenSTA 2.0.17 calls a procedure for -pins that it does not have.
        "if {[info commands sta::get_pins_error] == {}} "
        "{ namespace eval sta { proc get_pins_error {name given} { upvar pins pins; set pins $given } } }",
        f"set_power_activity -global -activity {ASSUMED_ACTIVITY} -duty 0.5",
        "report_power -digits 6",
        "exit",
    ]
    (directory / "sta.tcl").write_text("\n".join(commands) + "\n")
    usage = process.run("opensta", [*tools.command("sta"), "-no_splash", "sta.tcl"], directory, "sta.log")
    log = directory / "sta.log"
    text = log.read_text()
    if "Error" in text or "== power" not in text:
        raise SynthesisError(f"opensta failed (log: {log}):\n{process.errors(log)}")
    checks, _, rest = text.partition("== all")[2].partition("== memories")
    memories, _, power = rest.partition("== power")
    path = _path(checks, period_ns)
    access = round(path["delay_ns"] - _path(memories, period_ns)["delay_ns"], 4) if "slack" in memories else None
    return usage, path, access, _power(power)


def _path(report, period_ns):
    slack = re.search(r"(-?[\d.]+)\s+slack", report)
    if slack is None:
        raise SynthesisError("the netlist has no path between registers")
    start, end = (
        re.search(rf"^{point}: (\S+)", report, re.M)[1].removesuffix(CELL_SUFFIX)
        for point in ("Startpoint", "Endpoint")
    )
    nets = [net for net in re.findall(r"(\S+) \(net\)", report) if not re.search(r"(^|\.)_\d+_$", net)]
    delay_ns = round(period_ns - float(slack[1]), 4)
    return {"delay_ns": delay_ns, "from": start, "to": end, "through": list(dict.fromkeys(nets))}


def _power(report):
    groups = re.findall(r"^(Sequential|Combinational|Macro|Pad|Total)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", report, re.M)
    return {name: float(total) for name, _, _, _, total in groups}
