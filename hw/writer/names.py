"""Readable names for wires and modules."""

import itertools
import re
from dataclasses import replace

from pygments.lexers import SystemVerilogLexer
from pygments.token import Name

from firstspike.hw.writer import sigspec
from firstspike.hw.writer.rtlil import Process, escape


def rename_wires(module):
    """`module` with legal and readable Verilog identifiers for its wires.

    Returns
    -------
    module : Module
    names : dict of str to str
        Old name -> new name.
    """
    instances = _instance_names(module)
    names = _wire_names(module, instances)

    def substitute(text):
        return sigspec.substitute(
            text,
            lambda old: sigspec.text(
                [bit if isinstance(bit, str) else (names[bit[0]], bit[1]) for bit in sigspec.bits(old, module.wires)],
                escape,
            ),
        )

    cells = [
        replace(
            cell,
            name=instances.get(cell.name, f"${number}"),
            connections={port: substitute(value) for port, value in cell.connections.items()},
        )
        for number, cell in enumerate(module.cells)
    ]
    processes = [
        Process(f"$p{number}", [substitute(line) for line in process.lines])
        for number, process in enumerate(module.processes)
    ]
    wires = [replace(wire, name=names[wire.name]) for wire in module.wires.values()]
    connections = [(names[target], substitute(value)) for target, value in module.connections]
    return replace(
        module, wires={wire.name: wire for wire in wires}, cells=cells, processes=processes, connections=connections
    ), names


def _base(name):
    """Name of the signal: Amaranth adds a dollar sign and a number to tell signals of one name apart."""
    return name.partition("$")[0]


def _instance_names(module):
    """Name in the RTLIL -> Verilog identifier, for each instance; Amaranth numbers those that are called like a wire."""
    names = [cell.name for cell in module.cells if cell.is_instance]
    taken = {*names, *module.wires}
    return {name: _unused(_identifier(_base(name)), taken) if "$" in name else name for name in names}


def _unused(wish, taken):
    return next(name for name in (f"{wish}_{number}" for number in itertools.count(1)) if name not in taken)


def _wire_names(module, instances):
    """Name in the RTLIL -> legal and readable Verilog identifier, for each wire."""
    neighbours = _neighbours(module, instances)
    operators = _operators(module)
    shared = {_base(name) for name in module.wires if "$" in name[1:]}
    taken = set(instances.values())
    names = {}

    def is_own_name(wire):
        return bool(wire.direction) or not (wire.is_anonymous or _base(wire.name) in shared)

    # A port has the first choice, then the wires whose own name is unique, then the rest.
    for wire in sorted(module.wires.values(), key=lambda wire: (not wire.direction, not is_own_name(wire))):
        if is_own_name(wire):
            wish = wire.name
            is_numbered = False
        else:
            wish = neighbours.get(wire.name) or operators.get(wire.name) or _base(wire.name) or "value"
            is_numbered = wire.is_anonymous and wire.name not in neighbours
        wish = _identifier(wish)
        name = _unused(wish, taken) if is_numbered or wish in taken or is_reserved(wish) else wish
        taken.add(name)
        names[wire.name] = name
    return names


def _neighbours(module, instances):
    """Wire -> name after the instance's port or the register that it connects to."""
    names = _parts_of_signals(module)
    for cell in module.cells:
        if cell.is_instance:
            for port, value in cell.connections.items():
                wire = sigspec.whole_wire(value, module.wires)
                if wire is not None:
                    names.setdefault(wire.name, f"{instances[cell.name]}_{port}")
        elif cell.kind == "$dff":
            source = sigspec.whole_wire(cell.connections["D"], module.wires)
            target = sigspec.whole_wire(cell.connections["Q"], module.wires)
            if source is not None and target is not None:
                register = names.get(target.name, "") if target.is_anonymous else _base(target.name)
                if register:
                    names.setdefault(source.name, f"{register}_next")
    return names


def _parts_of_signals(module):
    """Wire -> bits of the signal that it is. A register that drives some bits of a signal has no name in the RTLIL: it is called after these bits."""
    registers = {
        wire.name
        for cell in module.cells
        if cell.kind == "$dff" and (wire := sigspec.whole_wire(cell.connections["Q"], module.wires)) is not None
    }
    names = {}
    for target, value in module.connections:
        for position, bit in enumerate(sigspec.bits(value, module.wires)):
            if not isinstance(bit, str) and bit[0] in registers and bit[1] == 0:
                width = module.wires[bit[0]].width
                names.setdefault(bit[0], f"{_base(target)}_{position + width - 1}_{position}")
    return names


def _operators(module):
    """Wire -> operator that drives it, as `add` for `$add`."""
    names = {}
    for cell in module.cells:
        if not cell.is_instance and "Y" in cell.connections:
            for name in sigspec.wires_in(cell.connections["Y"]):
                names[name] = cell.kind[1:]
    for process in module.processes:
        for line in process.lines:
            if line.startswith("assign"):
                names.setdefault(sigspec.wires_in(line)[0], "select")
    return names


_LEXER = SystemVerilogLexer()


def _identifier(name):
    """`name` with the fields of structures joined by two underscores."""
    return re.sub(r"[^A-Za-z0-9]{2,}|[^A-Za-z0-9_]", "__", name).strip("_") or "value"


def is_reserved(name):
    """Whether `name` is a word of SystemVerilog."""
    return next(iter(_LEXER.get_tokens(name)))[0] is not Name


def module_names(paths, top):
    """Short, readable, distinct names for merged modules.

    A module is called like its instance without the number (`array.pe_5` is a `pe`). Modules of one name and different
    contents get the name of their parent in front, then of its parent and so on; modules that differ though they are
    instances of one name in one place get a number.

    Parameters
    ----------
    paths : dict of str to list of str
        As `merge` returns it.
    top : str
        Name of the top module, and prefix of all others.
    """
    parts = {
        name: [re.sub(r"(_|\$)\d+$", "", part) for part in instances[0].split(".")[1:]]
        for name, instances in paths.items()
    }
    short = {name: part[-1:] for name, part in parts.items()}
    while True:
        groups = {}
        for name, part in short.items():
            groups.setdefault(tuple(part), []).append(name)
        ambiguous = [
            name
            for group in groups.values()
            if len({tuple(parts[name]) for name in group}) > 1
            for name in group
            if len(short[name]) < len(parts[name])
        ]
        if not ambiguous:
            break
        for name in ambiguous:
            short[name] = parts[name][-len(short[name]) - 1 :]
    names = {}
    for group in groups.values():
        for number, name in enumerate(group):
            names[name] = "_".join([top, *short[name], *([str(number + 1)] if number else [])])
    return names


def rename_modules(modules, names):
    """`modules` under new names."""
    return [
        replace(
            module,
            name=names[module.name],
            cells=[replace(cell, kind=names.get(cell.kind, cell.kind)) for cell in module.cells],
        )
        for module in modules
    ]
