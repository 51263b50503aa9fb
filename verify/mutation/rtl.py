"""Mutants of the generated Verilog, all of them in one simulator; an input selects the one that is active."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis import yosys
from firstspike.golden import cache
from firstspike.golden.paths import BUILD
from firstspike.hw.writer.verilog import SRAM, TOP
from firstspike.sim import build, processor

MUTATED = f"{TOP}_mutated"
SELECTOR = "mutant"
SELECTOR_BITS = 10
UNMUTATED = 0
"""Value of the selector for which the processor is as it was generated."""

MOST = (1 << SELECTOR_BITS) - 1
CLOCK = re.compile(r"^(clk|CLK)$")
SPARE = 1.25
"""Mutants asked of Yosys for each one wanted, because those of clock inputs are left out."""

PREPARE = ("hierarchy -check -top " + TOP, "proc -norom", "opt_expr", "opt_merge", "wreduce", "opt_expr", "opt_clean")
"""Without bits that are constant or lead nowhere, of which no mutant can ever be seen.

No case becomes a ROM, whose contents a mutant could not change.
"""

WAIVER = '`verilator_config\nlint_off -rule UNOPTFLAT\nlint_off -file "*"\n'
"""Yosys' Verilog is not written to be read; what Verilator would say about it is said of the original."""


@dataclass(frozen=True)
class Mutant:
    """One change of one bit at one cell; it is in all instances of the module.

    Attributes
    ----------
    selector : int
        Value of the selector that activates it, from 1 on.
    mode : str
        `inv`, `const0`, `const1`: the bit; `cnot0`, `cnot1`: inverted while another bit of the port is 0 or 1.
    module, cell, port : str
    bit : int
    control_bit : int or None
        The other bit of `cnot0` and `cnot1`.
    wire : str or None
        Name of the signal, where it has one.
    source : str or None
        Place in the Verilog: file and line.
    command : str
        Arguments of Yosys' `mutate`.
    """

    selector: int
    mode: str
    module: str
    cell: str
    port: str
    bit: int
    control_bit: int | None
    wire: str | None
    source: str | None
    command: str

    @property
    def name(self):
        """What a reader needs to find it; unique for a given RTL."""
        control = "" if self.control_bit is None else f" by {self.control_bit}"
        return f"{self.module.removeprefix(TOP + '_')}: {self.wire or self.cell} {self.port}[{self.bit}] {self.mode}{control}"


def parse(line, selector):
    """The mutant of one line of `mutate -list`."""

    def value(option):
        found = re.search(rf" -{option} (\S+)", line)
        return found and found[1]

    control, sources = value("ctrlbit"), re.findall(r" -src (\S+)", line)
    return Mutant(
        selector,
        value("mode"),
        value("module"),
        value("cell").removeprefix("\\"),
        value("port").removeprefix("\\"),
        int(value("portbit")),
        None if control is None else int(control),
        value("wire"),
        re.sub(r"^.*/|\.\d+-[\d.]+$", "", sources[-1]) if sources else None,
        line.removeprefix("mutate ").strip(),
    )


def sample(lines, count):
    """The first `count` mutants of a list, without those of clock inputs."""
    chosen = [line for line in lines if not CLOCK.match(re.search(r" -port \\?(\S+)", line)[1])]
    return [parse(line, selector) for selector, line in enumerate(chosen[:count], start=1)]


def simulator(config, count, seed):
    """The processor with `count` mutants, and what they are.

    Parameters
    ----------
    config : HardwareConfig
    count : int
        1 to `MOST`.
    seed : int
        Of Yosys' choice, which is even over modules, cells and source lines.

    Returns
    -------
    (build.Simulator, list of Mutant)

    Raises
    ------
    SimulationError, flow.synthesis.synthesis_errors.SynthesisError
        A tool is missing or refuses the design.
    """
    sources = processor.sources(config)
    key = cache.digest([count, seed, PREPARE, SELECTOR_BITS], [*sources, Path(__file__)])
    directory = cache.directory(
        BUILD / "mutation" / f"{config.name}-{key}", lambda work: _generate(work, sources, count, seed)
    )
    mutants = sample((directory / "list.txt").read_text().splitlines(), count)
    files = [
        directory / "mutated.v",
        directory / "select.sv",
        directory / "mutated.vlt",
        next(source for source in sources if source.name == SRAM),
    ]
    return build.build(config, files, short_runs=True), mutants


def selecting(simulator, selector):
    """The simulator with this mutant active."""
    return dataclasses.replace(simulator, plusargs=(f"+{SELECTOR}={selector}",))


def _generate(work, sources, count, seed):
    logic = [source for source in sources if source.suffix == ".sv" and source.name != SRAM]
    (memory,) = (source for source in sources if source.name == SRAM)
    for source in (*logic, memory):
        (work / source.name).write_text(source.read_text())
    yosys.run(
        work,
        "list",
        [
            f"read_verilog -sv -lib {memory.name}",
            f"read_verilog -sv {' '.join(source.name for source in logic)}",
            *PREPARE,
            "write_rtlil design.il",
            f"mutate -list {round(count * SPARE)} -seed {seed} -o list.txt",
        ],
    )
    mutants = sample((work / "list.txt").read_text().splitlines(), count)
    yosys.run(
        work,
        "mutate",
        [
            "read_rtlil design.il",
            *(f"mutate -ctrl {SELECTOR} {SELECTOR_BITS} {mutant.selector} {mutant.command}" for mutant in mutants),
            f"rename {TOP} {MUTATED}",
            "write_verilog -noattr mutated.v",
        ],
    )
    (work / "select.sv").write_text(_select((work / f"{TOP}.sv").read_text()))
    (work / "mutated.vlt").write_text(WAIVER)


def _select(top):
    """Verilog of a module with the ports of the generated one that passes the number of the mutant to the mutated one."""
    header = re.search(rf"^module {TOP} \((.*?)^\);", top, re.M | re.S)[1]
    ports = [
        re.match(r"\s*(input|output) (?:wire|reg) (?:signed )?(\[[^]]*\] )?(\w+)", line).groups("")
        for line in header.strip().splitlines()
    ]
    declared = ",\n".join(f"    {direction} wire {width}{name}" for direction, width, name in ports)
    connected = ", ".join(f".{name}({name})" for _, _, name in ports)
    return (
        f"module {TOP} (\n{declared}\n);\n    int unsigned {SELECTOR};\n"
        f'    initial if (!$value$plusargs("{SELECTOR}=%d", {SELECTOR})) $fatal(1, "+{SELECTOR} is missing");\n'
        f"    {MUTATED} processor ({connected}, .{SELECTOR}({SELECTOR}[{SELECTOR_BITS - 1}:0]));\nendmodule\n"
    )
