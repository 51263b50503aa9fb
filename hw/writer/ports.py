"""Gives modules the ports that their components declare.

Amaranth finds the ports of a module anew from the nets that cross its border: two inputs that come from neighbouring bits
of one register become one port, and the name is any of the net's names inside the module. That is hard to read, and
makes equal components look different.
"""

from dataclasses import dataclass, field, replace

from firstspike.hw.writer import sigspec
from firstspike.hw.writer.rtlil import CLOCK_AND_RESET, Wire, escape


@dataclass
class Port:
    """A port to be: nets that cross the border, low bit first."""

    name: str
    direction: str
    nets: list = field(default_factory=list)


def restore(module, interface):
    """Changes the ports of `module` to those of `interface` as far as their bits cross the border.

    Parameters
    ----------
    module : Module
        Changed in place.
    interface : dict of str to str
        Port of the component -> "input" or "output".

    Returns
    -------
    dict of str to list of (str, int)
        New port -> bits of the old ports, low first; what instances of the module have to follow.
    """
    wires = module.wires
    drivers = {target: sigspec.bits(value, wires) for target, value in module.connections}

    def nets(name):
        return drivers.get(name, [(name, index) for index in range(wires[name].width)])

    old_ports = [port for port in module.ports if port.name not in CLOCK_AND_RESET]
    old_bits = {}
    for port in old_ports:
        for index, net in enumerate(nets(port.name)):
            old_bits[port.direction, net] = (port.name, index)
    candidates = [(name, direction) for name, direction in interface.items() if name in wires]
    candidates += [(port.name, port.direction) for port in old_ports]
    unassigned = set(old_bits)
    new_ports = [port for name, direction in candidates for port in _ports(name, direction, nets(name), unassigned)]

    # A copy inside the module that has the name of a port gives way to it.
    copies = set(drivers) & ({port.name for port in new_ports} | {port.name for port in old_ports})
    inside = {
        name: wire
        for name, wire in wires.items()
        if name not in copies and (not wire.direction or name in CLOCK_AND_RESET)
    }
    connections = [(target, value) for target, value in module.connections if target not in copies]
    renamed = {}
    created = {}
    for port in new_ports:
        while port.name in inside or port.name in created:
            port.name += "$"
        source = _whole_driver(port.nets, wires, copies)
        like = wires.get(port.name) or source
        created[port.name] = Wire(
            port.name, len(port.nets), bool(like) and like.signed, port.direction, source.attributes if source else {}
        )
        if port.direction == "input" or source:
            renamed |= {net: (port.name, index) for index, net in enumerate(port.nets)}
        else:
            connections.append((port.name, sigspec.text(port.nets, escape)))
    for port in old_ports:
        if port.direction == "output" and port.name not in copies and (port.name, 0) not in renamed:
            driver = replace(port, name=f"{port.name}$driver", direction=None)
            inside[driver.name] = driver
            renamed |= {(port.name, index): (driver.name, index) for index in range(port.width)}

    def substitute(text):
        return sigspec.substitute(
            text, lambda old: sigspec.text([renamed.get(bit, bit) for bit in sigspec.bits(old, wires)], escape)
        )

    for cell in module.cells:
        cell.connections = {name: substitute(value) for name, value in cell.connections.items()}
    for process in module.processes:
        process.lines = [substitute(line) for line in process.lines]
    module.connections = [(target, substitute(value)) for target, value in connections]
    module.wires = inside | created
    follow = {port.name: [old_bits[port.direction, net] for net in port.nets] for port in new_ports}
    return {name: [(name, 0)] for name in CLOCK_AND_RESET if name in wires} | follow


def _ports(name, direction, nets, unassigned):
    """Ports for the bits of `nets` not yet assigned: one called `name` if that is all of them, else one per run."""
    runs = []
    end = None
    for index, net in enumerate(nets):
        if (direction, net) in unassigned:
            unassigned.remove((direction, net))
            if index != end:
                runs.append((index, []))
            runs[-1][1].append(net)
            end = index + 1
    if len(runs) == 1 and len(runs[0][1]) == len(nets):
        return [Port(name, direction, runs[0][1])]
    return [Port(f"{name}_{low + len(run) - 1}_{low}", direction, run) for low, run in runs]


def _whole_driver(nets, wires, copies):
    """The output that is driven inside under its own name and consists of just these nets."""
    wire = wires[nets[0][0]]
    if (
        wire.direction == "output"
        and wire.name not in copies
        and nets == [(wire.name, index) for index in range(wire.width)]
    ):
        return wire
    return None
