"""The memories of a generated design."""

from dataclasses import dataclass

WRAPPER = "firstspike_sram"


@dataclass(frozen=True)
class Memory:
    """All memories of one shape; each has one write port and one synchronous read port.

    Attributes
    ----------
    depth : int
        Rows.
    width : int
        Bits of a row.
    instances : tuple of str
        Verilog paths of the wrapper instances, as `firstspike.cluster_0.weight_ring`.
    """

    depth: int
    width: int
    instances: tuple

    @property
    def count(self):
        return len(self.instances)

    @property
    def bits(self):
        """Of all instances together."""
        return self.count * self.depth * self.width

    @property
    def macro(self):
        """Module name of the macro that a chip needs for this shape."""
        return f"{WRAPPER}_{self.depth}x{self.width}"


def memories(design):
    """Memories of a `hw.writer.verilog.Design`, the largest first."""
    instances = {}
    for path, cell in walk(design):
        if cell.kind == WRAPPER:
            parameters = dict(parameter.split() for parameter in cell.parameters)
            shape = int(parameters["\\DEPTH"]), int(parameters["\\WIDTH"])
            instances.setdefault(shape, []).append(path)
    found = [Memory(depth, width, tuple(paths)) for (depth, width), paths in instances.items()]
    return sorted(found, key=lambda memory: (-memory.bits, memory.depth, memory.width))


def walk(design):
    """(Verilog path, instance cell) for every instance below the top, parents before children."""
    *_, top = design.modules
    yield from _walk(design, top, top)


def _walk(design, module, path):
    for cell in design.modules[module].cells:
        if cell.is_instance:
            yield f"{path}.{cell.name}", cell
            if cell.kind in design.modules:
                yield from _walk(design, cell.kind, f"{path}.{cell.name}")
