"""The area of a processor, counted in bits of Amaranth's netlist: no synthesis, the same on every machine."""

import json
from importlib.metadata import version

from firstspike.golden import cache, source_closure
from firstspike.golden.config import HardwareConfig
from firstspike.golden.paths import BUILD
from firstspike.hw.writer import rtlil as netlist
from firstspike.hw.writer import sigspec

GENERATOR = ("firstspike.hw.processor", __name__)
"""Modules that decide the area."""

DIRECTORY = BUILD / "figures"
SRAM = "firstspike_sram"


def area(config: HardwareConfig) -> dict[str, int]:
    """Bits of registers, memories and operators.

    Parameters
    ----------
    config : HardwareConfig

    Returns
    -------
    dict of str to int
        Kept in `build/figures` until what decides it changes: a processor is made in 3 to 20 seconds.
    """
    key = source_closure.digest(GENERATOR, (config.to_json(), version("amaranth")))
    directory = cache.directory(
        DIRECTORY / f"{config.name}-{key}",
        lambda work: (work / "area.json").write_text(json.dumps(_counted(_modules(config)))),
    )
    return json.loads((directory / "area.json").read_text())


def _modules(config: HardwareConfig) -> list[netlist.Module]:
    # Amaranth takes its time to import; an area that is there already does without.
    from amaranth.back import rtlil

    from firstspike.hw.memory.sram import VerilogPlatform
    from firstspike.hw.processor import Processor

    # One module an instance: nothing is merged yet.
    return netlist.parse(rtlil.convert(Processor(config), platform=VerilogPlatform(), emit_src=False))


def _counted(modules: list[netlist.Module]) -> dict[str, int]:
    cells = [cell for module in modules for cell in module.cells]
    return {
        "register_bits": sum(_parameter(cell, "WIDTH") for cell in cells if cell.kind == "$dff"),
        "memory_bits": sum(
            _parameter(cell, "WIDTH") * _parameter(cell, "DEPTH") for cell in cells if cell.kind == SRAM
        ),
        "operator_bits": sum(_operator_bits(cell) for cell in cells if not cell.is_instance and cell.kind != "$dff")
        + sum(_choice_bits(module) for module in modules),
    }


def _operator_bits(cell: netlist.Cell) -> int:
    return _parameter(cell, "WIDTH" if cell.kind == "$mux" else "Y_WIDTH")


def _choice_bits(module: netlist.Module) -> int:
    """Bits that the processes of a module assign, once for each place that assigns them."""
    return sum(
        len(sigspec.bits(_target(line), module.wires))
        for process in module.processes
        for line in process.lines
        if line.startswith("assign ")
    )


def _target(line: str) -> str:
    """The left side of `assign \\wire [7:0] value`, which is always one wire or a part of it."""
    _, wire, *rest = line.split()
    return f"{wire} {rest[0]}" if rest[0].startswith("[") else wire


def _parameter(cell: netlist.Cell, name: str) -> int:
    (value,) = (text.removeprefix(f"\\{name} ") for text in cell.parameters if text.startswith(f"\\{name} "))
    return int(value)
