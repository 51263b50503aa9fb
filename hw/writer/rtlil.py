"""RTLIL text as Amaranth 0.5 writes it, to objects and back."""

from dataclasses import dataclass, field

CLOCK_AND_RESET = ("clk", "rst")


@dataclass
class Wire:
    """`name` without RTLIL's leading backslash; anonymous wires keep their dollar sign."""

    name: str
    width: int
    signed: bool = False
    direction: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def is_anonymous(self):
        return self.name.startswith("$")

    @property
    def states(self):
        """Value -> name for the state of an FSM and other enumerations."""
        return {
            int(name.removeprefix("enum_value_"), 2): value.strip('"')
            for name, value in self.attributes.items()
            if name.startswith("enum_value_")
        }


@dataclass
class Cell:
    """An operator (`kind` begins with a dollar sign) or an instance of a module."""

    kind: str
    name: str
    parameters: list[str] = field(default_factory=list)
    connections: dict[str, str] = field(default_factory=dict)

    @property
    def is_instance(self):
        return not self.kind.startswith("$")


@dataclass
class Process:
    name: str
    lines: list[str]


@dataclass
class Module:
    name: str
    wires: dict[str, Wire] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    connections: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ports(self):
        return [wire for wire in self.wires.values() if wire.direction]


class NetlistError(ValueError):
    """RTLIL that this project's Verilog must not contain."""


def parse(text):
    """Modules of RTLIL text as Amaranth 0.5 writes it, parents before children.

    Raises
    ------
    NetlistError
        A memory outside `hw.memory.sram.Sram`, or a statement that Amaranth is not known to write.
    """
    modules = []
    attributes = {}
    lines = iter(line for line in map(str.strip, text.splitlines()) if line)
    for line in lines:
        keyword, _, rest = line.partition(" ")
        if keyword == "attribute":
            name, _, value = rest.partition(" ")
            attributes[name[1:]] = value
            continue
        if keyword == "module":
            modules.append(Module(rest[1:]))
        elif keyword == "wire":
            wire = _parse_wire(rest.split(), attributes)
            modules[-1].wires[wire.name] = wire
        elif keyword == "cell":
            modules[-1].cells.append(_parse_cell(rest, lines))
        elif keyword == "process":
            modules[-1].processes.append(Process(rest, list(_parse_process(lines))))
        elif keyword == "connect":
            target, _, value = rest.partition(" ")
            modules[-1].connections.append((target.removeprefix("\\"), value))
        elif keyword == "memory":
            raise NetlistError(
                f"{modules[-1].name} has a memory outside of hw.memory.sram.Sram: {rest.split()[-1][1:]}"
            )
        elif keyword != "end":
            raise NetlistError(f"{modules[-1].name} has an unknown statement: {line}")
        attributes = {}
    return modules


def _parse_wire(words, attributes):
    direction = next((word for word in words if word in ("input", "output")), None)
    return Wire(
        words[-1].removeprefix("\\"), int(words[words.index("width") + 1]), "signed" in words, direction, attributes
    )


def _parse_cell(header, lines):
    kind, name = header.split()
    cell = Cell(kind.removeprefix("\\"), name.removeprefix("\\"))
    for line in lines:
        keyword, _, rest = line.partition(" ")
        if keyword == "parameter":
            # Only the order of the priorities counts, and Amaranth numbers them through the whole design.
            if "\\PRIORITY" not in rest:
                cell.parameters.append(rest)
        elif keyword == "connect":
            port, _, value = rest.partition(" ")
            cell.connections[port[1:]] = value
        elif keyword == "end":
            return cell
        else:
            raise NetlistError(f"cell {name} has an unknown statement: {line}")
    raise NetlistError(f"cell {name} has no end")


def _parse_process(lines):
    depth = 1
    for line in lines:
        keyword = line.partition(" ")[0]
        if keyword == "switch":
            depth += 1
        elif keyword == "end":
            depth -= 1
        if depth == 0:
            return
        yield line


def render(modules, top):
    """RTLIL text of `modules`."""
    return "".join(line + "\n" for module in modules for line in render_module(module, module.name == top))


def render_module(module, is_top=False):
    """Lines of one module."""
    if is_top:
        yield "attribute \\top 1"
    yield f"module \\{module.name}"
    port_number = 0
    for wire in sorted(module.wires.values(), key=lambda wire: wire.name not in CLOCK_AND_RESET):
        direction = ""
        if wire.direction:
            port_number += 1
            direction = f" {wire.direction} {port_number}"
        yield f"wire width {wire.width}{direction}{' signed' if wire.signed else ''} {escape(wire.name)}"
    priority = 0
    for cell in module.cells:
        yield f"cell {escape(cell.kind)} {escape(cell.name)}"
        yield from (f"parameter {parameter}" for parameter in cell.parameters)
        if cell.kind in ("$check", "$print"):
            priority -= 1
            yield f"parameter signed \\PRIORITY 32'{priority & 0xFFFFFFFF:032b}"
        yield from (f"connect \\{port} {value}" for port, value in cell.connections.items())
        yield "end"
    for process in module.processes:
        yield f"process {process.name}"
        yield from process.lines
        yield "end"
    yield from (f"connect {escape(target)} {value}" for target, value in module.connections)
    yield "end"


def escape(name):
    """`name` as RTLIL writes it."""
    return name if name.startswith("$") else "\\" + name
