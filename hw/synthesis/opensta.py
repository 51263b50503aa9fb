"""Static timing and power of a mapped netlist, by OpenSTA."""

import re
from dataclasses import dataclass
from pathlib import Path

from hw.synthesis import process, tools
from hw.synthesis.errors import SynthesisError

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
        Nets of the RTL that the registers at its ends drive.
    through : list of str
        Nets on the way that have a name in the RTL.
    cells : int
        Cells on the way, the first register included.
    """

    delay_ns: float
    start: str
    end: str
    through: list
    cells: int


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
        f"link_design {top}",
        f"create_clock -name clk -period {period_ns} [get_ports clk]",
        'puts "== all"',
        "report_checks -path_delay max -digits 4 -fields {nets}",
        # At the border of a macro a path is too short to be the slowest; with no macro there is no such path.
        'puts "== memories"',
        "set macros [get_cells -quiet *macro]",
        "if {[llength $macros]} { report_checks -path_delay max -digits 4 -from $macros -fields {nets} }",
        'puts "== power"',
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
    verilog = (directory / netlist).read_text()
    path = _path(checks, period_ns, verilog)
    from_memory = _path(memories, period_ns, verilog) if "slack" in memories else None
    access = round(path.delay_ns - from_memory.delay_ns, 4) if from_memory else None
    return usage, Timing(path, access, _power(power))


def _path(report, period_ns, verilog):
    slack = re.search(r"(-?[\d.]+)\s+slack", report)
    if slack is None:
        raise SynthesisError("the netlist has no path between registers")
    start, end = (re.search(rf"^{point}: (\S+)", report, re.M)[1] for point in ("Startpoint", "Endpoint"))
    steps = re.findall(r"^\s.*[\^v] (\S+)/(\S+) \((\S+)\)$", report, re.M)
    nets = [net for net in re.findall(r"(\S+) \(net\)", report) if not _is_anonymous(net)]
    outputs = [pin for _, pin, _ in steps]
    return Path_(round(period_ns - float(slack[1]), 4), _register_name(start, nets, verilog),
                 _register_name(end, [], verilog), list(dict.fromkeys(nets)), max(1, len(outputs) - 1))


def _is_anonymous(net):
    return re.fullmatch(r"_\d+_", net) is not None


def _register_name(instance, nets, verilog):
    """The net that a register drives; an instance that has a name of its own keeps it."""
    if not _is_anonymous(instance):
        return instance
    body = re.search(rf"^\s*\S+ {re.escape(instance)} \((.*?)\);", verilog, re.M | re.S)
    pins = dict(re.findall(r"\.(\w+)\((.*?)\)(?=,|\s*$)", body[1], re.S)) if body else {}
    for pin in ("Q", "QN", "Q_N"):
        net = pins.get(pin, "").strip().removeprefix("\\").replace(" ", "")
        if net and not _is_anonymous(net):
            return net
    return nets[0] if nets else instance


def _power(report):
    groups = re.findall(r"^(Sequential|Combinational|Macro|Pad|Total)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)", report, re.M)
    return {name: float(total) for name, _, _, _, total in groups}
