"""One module for each distinct content."""

import re
from dataclasses import replace

from firstspike.hw.writer import ports, sigspec
from firstspike.hw.writer.names import rename_wires
from firstspike.hw.writer.rtlil import escape, render_module


def merge(modules, interfaces):
    """One module for each distinct content, parents before children.

    Parameters
    ----------
    modules : list of Module
        As `rtlil.parse` returns them: the top first, parents before children.
    interfaces : dict of str to (dict of str to str)
        Module -> port of the component behind it -> "input" or "output". Modules without one keep their ports, and the
        top has its ports already.

    Returns
    -------
    merged : list of Module
    instances : dict of str to list of str
        Name of a merged module -> names (instance paths) of the modules it stands for.
    """
    top = modules[0]
    distinct = {}
    merged = {}
    old_bits = {}
    for module in reversed(modules):
        interface = interfaces.get(module.name, {})
        foreign = set()
        for cell in module.cells:
            if cell.kind in merged:
                foreign.update(interfaces.get(cell.kind, {}))
                _follow(cell, old_bits[cell.kind], module.wires)
                cell.kind = merged[cell.kind]
        if module is top:
            module.wires = {name: module.wires[name] for name in [*interface, *module.wires] if name in module.wires}
            ports_before = {}
        else:
            ports_before = ports.restore(module, interface)
        _drop_unread_copies(module, foreign - set(interface))
        clean, names = rename_wires(module)
        content = "\n".join(render_module(replace(clean, name="")))
        merged[module.name] = distinct.setdefault(content, clean).name
        old_bits[module.name] = {names[name]: bits for name, bits in ports_before.items()}
    instances = {}
    for module in modules:
        instances.setdefault(merged[module.name], []).append(module.name)
    by_name = {module.name: module for module in distinct.values()}
    return [by_name[name] for name in instances], instances


def _follow(cell, old_bits, wires):
    """Connects the instance `cell` to the new ports of its module."""
    values = {port: sigspec.bits(value, wires) for port, value in cell.connections.items()}
    cell.connections = {
        port: sigspec.text([values[old][index] for old, index in bits], escape) for port, bits in old_bits.items()
    }


def _drop_unread_copies(module, foreign):
    """Without wires that only repeat a net under one more name, or under one of the names `foreign` of sub-modules.

    Names for parts of a net (fields of structures) stay.
    """
    read = set()
    for cell in module.cells:
        for value in cell.connections.values():
            read.update(sigspec.wires_in(value))
    for process in module.processes:
        for line in process.lines:
            read.update(sigspec.wires_in(line))
    for _, value in module.connections:
        read.update(sigspec.wires_in(value))

    def is_copy(target, value):
        if target in read or module.wires[target].direction:
            return False
        return (
            "$" in target
            or re.split(r"[.[]", target)[0] in foreign
            or not sigspec.wires_in(value)
            or sigspec.whole_wire(value, module.wires) is not None
        )

    copies = {target for target, value in module.connections if is_copy(target, value)}
    module.connections = [(target, value) for target, value in module.connections if target not in copies]
    module.wires = {name: wire for name, wire in module.wires.items() if name not in copies}
