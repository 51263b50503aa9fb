"""ASIC: mapping to standard cells, memories as black boxes."""

from firstspike.flow.synthesis import liberty, yosys
from firstspike.flow.synthesis.memory_library import text as memory_library
from firstspike.hw.writer.verilog import TOP

CELL_SUFFIX = "_cell"
"""A cell is called like the net that it drives, with this suffix."""

NETLIST = "netlist.v"
STA_NETLIST = "netlist_sta.v"
"""The same netlist with every port split into bits, as OpenSTA reads it."""
CELL_MODELS = "cells.v"
MEMORY_LIBRARY = "memories.lib"
SMALLEST_GATED_GROUP = 4
"""Flip-flops that share an enable before a clock gate pays."""


MOST_FANOUT = 16
ABC_SCRIPT = "abc.script"
CONSTRAINTS = "abc.constr"
LOAD = 0.02
"""Of an output, in pF (ABC reads the library's unit)."""


RESET_BEFORE_ENABLE = "reset_before_enable.v"
RESET_BEFORE_ENABLE_MAP = """\
// A clock gate wants a register with an enable and nothing else: the synchronous reset becomes logic before it.
module \\$_SDFFE_PP0P_ (input D, C, R, E, output Q);
  \\$_DFFE_PP_ _TECHMAP_REPLACE_ (.D(D & ~R), .C(C), .E(E | R), .Q(Q));
endmodule
module \\$_SDFFE_PP1P_ (input D, C, R, E, output Q);
  \\$_DFFE_PP_ _TECHMAP_REPLACE_ (.D(D | R), .C(C), .E(E | R), .Q(Q));
endmodule
"""


def write_scripts(directory, library):
    """Writes the files that `map_commands` refers to."""
    # The script of Yosys for a delay target, but with buffers also behind registers and inputs.
    (directory / ABC_SCRIPT).write_text(
        "strash; &get -n; &fraig -x; &put; scorr; dc2; dch -f; strash; &get -n; &nf {D}; &put\n"
        f"buffer -c -p -N {MOST_FANOUT}; upsize {{D}}; dnsize {{D}}; stime -p\n"
    )
    # Buffering wants a driving cell with one input.
    (directory / CONSTRAINTS).write_text(f"set_driving_cell {library.inverter.name}\nset_load {LOAD}\n")
    (directory / RESET_BEFORE_ENABLE).write_text(RESET_BEFORE_ENABLE_MAP)


def library_files(directory, library):
    """Writes the decompressed library files into `directory`; their names."""
    names = []
    for index, path in enumerate(library.files):
        names.append(f"cells_{index}.lib")
        (directory / names[-1]).write_text(liberty.text_of(path))
    return names


def map_commands(library, files, period_ns):
    """Yosys commands from the elaborated design to cells of the library, module by module."""
    options = " ".join(f"-liberty {file}" for file in files)
    commands = [
        "synth -noabc",
        # A chip has no initial values; the reset gives every register its value.
        "setattr -unset init w:*",
    ]
    if gate := library.clock_gate:
        # Registers with one enable must have it from one net.
        commands += [f"techmap -map {RESET_BEFORE_ENABLE}", "simplemap", "opt_merge", "opt_clean"]
        pins = gate.clock_gate_pins
        test = f"-tie_lo {pins['test']}" if "test" in pins else ""
        commands.append(
            f"clockgate -pos {gate.name} {pins['enable']}:{pins['clock']}:{pins['out']} {test} "
            f"-min_net_size {SMALLEST_GATED_GROUP}"
        )
    commands += [
        f"dfflibmap {options}",
        f"abc {options} -script {ABC_SCRIPT} -constr {CONSTRAINTS} -D {period_ns * 1000:.0f}",
    ]
    ties = " ".join(
        f"{option} {cell.name} {cell.output}"
        for value, option in ((1, "-hicell"), (0, "-locell"))
        if (cell := library.tie(value))
    )
    if ties:
        commands.append(f"hilomap -singleton {ties}")
    return [*commands, "opt_clean -purge"]


def synthesise(directory, sources, library, period_ns):
    """Maps the design; leaves the flat netlist, simulation models of the cells and the memories' library.

    Returns
    -------
    usage : process.Usage
    modules : dict
        `yosys.statistics` of the mapped modules before they were flattened.
    """
    files = library_files(directory, library)
    (directory / MEMORY_LIBRARY).write_text(memory_library(sources.memories))
    write_scripts(directory, library)
    options = " ".join(f"-liberty {file}" for file in files)
    usage = yosys.run(
        directory,
        "asic",
        [
            *(f"read_liberty -lib {file}" for file in files),
            *sources.read_commands(sources.memory_macros),
            *map_commands(library, files, period_ns),
            "check -assert",
            f"tee -o modules.json stat -json {options}",
            # Cells are called after the nets that they drive, in the blocks that they belong to.
            f"rename -wire -suffix {CELL_SUFFIX}",
            "rename -enumerate -pattern cell_%",
            "flatten",
            "opt_clean -purge",
            f"write_verilog -noattr -noexpr -nohex -nodec {NETLIST}",
            # The forms that OpenSTA's reader understands.
            "splitnets -ports",
            "opt_clean -purge",
            f"write_verilog -noattr -noexpr -nohex -nodec {STA_NETLIST}",
        ],
    )
    modules = yosys.statistics(directory / "modules.json")
    _write_cell_models(directory, library, files, yosys.cells(modules, TOP))
    return usage, modules


CLOCK_GATE_MODEL = """\

// The enable is taken over while the clock is low, so that the gated clock has no glitch.
module {name}({ports});
  input {inputs};
  output {out};
  reg latched;
  always_latch if (!{clock}) latched = {enable};
  assign {out} = {clock} & latched;
endmodule
"""


def _write_cell_models(directory, library, files, cells):
    """Simulation models of the cells in use, from the functions that the library gives for them."""
    used = [name for name in sorted(cells) if name in library.cells and not library.cells[name].is_clock_gate]
    yosys.run(
        directory,
        "cell_models",
        [
            *(f"read_liberty -ignore_miss_func {file}" for file in files),
            f"select {' '.join(used)}",
            f"write_verilog -noattr -selected {CELL_MODELS}",
        ],
    )
    gate = library.clock_gate
    if gate and gate.name in cells:
        pins = gate.clock_gate_pins
        inputs = [pins[role] for role in ("enable", "clock", "test") if role in pins]
        enable = f"{pins['enable']} | {pins['test']}" if "test" in pins else pins["enable"]
        with open(directory / CELL_MODELS, "a") as file:
            file.write(
                CLOCK_GATE_MODEL.format(
                    name=gate.name,
                    ports=", ".join([*inputs, pins["out"]]),
                    inputs=", ".join(inputs),
                    out=pins["out"],
                    clock=pins["clock"],
                    enable=enable,
                )
            )
