"""Verilog of Yosys as a person would write it: nets without a name of their own become part of what reads them."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from firstspike.hw.writer import expressions
from firstspike.hw.writer.expressions import Binary, Constant, Inlined, Reference, plain
from firstspike.hw.writer.names import is_reserved
from firstspike.hw.writer.widths import explicit

OPERATORS = (
    "add|and|div|divfloor|eq|ge|gt|le|logic_and|logic_not|logic_or|lt|mod|modfloor|mul|mux|ne|neg|not|or|pos|"
    "reduce_and|reduce_bool|reduce_or|reduce_xnor|reduce_xor|select|shift|shiftx|shl|shr|simplified|sshl|sshr|sub|value|xnor|xor"
)
_ANONYMOUS = re.compile(rf"(?:{OPERATORS})(?:_\d+)+")
_DECLARATION = re.compile(r"^  (?:(?:input|output|wire|reg) )+(signed )?(?:\[(\d+):0\] )?(\w+)(?: = [^;]*)?;$")
_ASSIGNMENT = re.compile(r"^(?P<begin> +(?:assign )?)(?P<target>\w+(?:\[[\d:]+\])?) = (?P<value>[^;]*)(?P<end>;)$")
_CONDITION = re.compile(r"^(?P<begin> +(?:end else )?(?:if|casez) )\((?P<value>.*)\)(?P<end>(?: begin)?)$")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LONGEST_LINE = 120
_MOST_OPERANDS = 8


def is_anonymous(name):
    """Whether `name` tells no more than the operator that drives the net."""
    return _ANONYMOUS.fullmatch(name) is not None


@dataclass
class _Line:
    """A statement with an expression. `width`: bits of what it is assigned to, None for a condition."""

    begin: str
    value: object
    end: str
    width: int | None
    target: str = ""

    @property
    def is_net(self):
        """Whether it drives a whole net, outside of processes."""
        return self.begin == "  assign " and self.target.isidentifier()

    @property
    def explicit(self):
        """The text of the finished statement."""
        return replace(self, value=explicit(self.value, self.width)).text

    @property
    def text(self):
        value = self.value.text
        return f"{self.begin}{self.target} = {value}{self.end}" if self.target else f"{self.begin}({value}){self.end}"


def simplify(text):
    """The module `text` of Yosys with fewer, and better named, nets; nothing that it computes changes."""
    module = _Module(text)
    module.use_names_of_fields()
    module.inline()
    module.shift_before_cutting()
    return _complete_cases(module.with_names())


class _Module:
    def __init__(self, text):
        self._lines = text.splitlines()
        self._widths = {}
        self._signed = set()
        self._declarations = {}
        for number, line in enumerate(self._lines):
            if match := _DECLARATION.match(line):
                signed, high, name = match.groups()
                self._widths[name] = int(high or 0) + 1
                self._declarations.setdefault(name, []).append(number)
                if signed:
                    self._signed.add(name)
        for number, line in enumerate(self._lines):
            if match := _ASSIGNMENT.match(line) or _CONDITION.match(line):
                try:
                    self._lines[number] = self._statement(match)
                except ValueError:
                    continue

    def _statement(self, match):
        value = expressions.parse(match["value"], self._widths, self._signed)
        if "target" not in match.groupdict():
            return _Line(match["begin"], value, match["end"], None)
        target = expressions.parse(match["target"], self._widths, self._signed)
        return _Line(match["begin"], value, match["end"], target.width, match["target"])

    @property
    def _text(self):
        finished = (line for line in self._lines if line is not None)
        return "".join((line.explicit if isinstance(line, _Line) else line) + "\n" for line in finished)

    def _statements(self):
        return [line for line in self._lines if isinstance(line, _Line)]

    def use_names_of_fields(self):
        """Reads `layer__pool` where Yosys reads `layer[19]`."""
        fields = {}
        for line in self._statements():
            value = line.value
            if (
                line.is_net
                and isinstance(value, Reference)
                and value.high is not None
                and line.target not in self._signed
            ):
                if not is_anonymous(line.target) and line.target.startswith(f"{value.name}__"):
                    fields.setdefault((value.name, value.high, value.low), line.target)
        driven_in_parts = {line.target.partition("[")[0] for line in self._statements() if "[" in line.target}

        def named(reference):
            name = fields.get((reference.name, reference.high, reference.low))
            return Reference(name, reference.width) if name and reference.name not in driven_in_parts else reference

        for line in self._statements():
            if not (line.is_net and line.target in fields.values()):
                line.value = expressions.rewrite(line.value, named)

    def inline(self):
        """Puts anonymous nets in place of their readers where that is exact and stays readable."""
        drivers = {
            line.target: number
            for number, line in enumerate(self._lines)
            if isinstance(line, _Line) and line.is_net and is_anonymous(line.target)
        }
        # What drives a net is complete before it is moved into a reader.
        done = set()

        def visit(name):
            if name in done or name not in drivers:
                return
            done.add(name)
            for reference in list(expressions.references(self._lines[drivers[name]].value)):
                visit(reference.name)
            self._inline_into(self._lines[drivers[name]], drivers)

        for name in drivers:
            visit(name)
        for line in self._statements():
            if line.target not in drivers or not line.is_net:
                self._inline_into(line, drivers)
        self._drop_unread(drivers)

        def limit_of(reference):
            driver = self._lines[drivers[reference.name]] if reference.name in drivers else reference
            limits = [reference.limit, driver.value.limit if driver is not reference else None]
            return min((limit for limit in limits if limit is not None), default=None)

        for line in self._statements():
            line.value = expressions.tidy(line.value)
            if line.width is not None:
                line.value = expressions.select(line.value, line.width, limit_of)

    def shift_before_cutting(self):
        """Gives a shift whose upper bits are dropped a net of its own: Verilog has no selection from an expression."""
        nets = []
        for line in self._statements():
            value = line.value
            if (
                line.width is not None
                and isinstance(value, Binary)
                and value.operator == ">>"
                and value.width > line.width
            ):
                name = next(new for new in map("shr_{}".format, itertools.count(1)) if new not in self._widths)
                self._widths[name] = value.width
                nets += [f"  wire [{value.width - 1}:0] {name};", _Line("  assign ", value, ";", value.width, name)]
                line.value = Reference(name, line.width, line.width - 1, 0)
        after = 1 + max(number for numbers in self._declarations.values() for number in numbers)
        self._lines[after:after] = nets

    def _inline_into(self, line, drivers):
        for reference in dict.fromkeys(expressions.references(line.value)):
            if reference.name not in drivers or reference.low not in (None, 0):
                continue
            driver = self._lines[drivers[reference.name]]
            if self._uses()[reference.name] > 1 and not _is_small(driver.value):
                continue
            values = [driver.value]
            if driver.value.width > reference.width and (narrowed := expressions.narrow(driver.value, reference.width)):
                values.append(narrowed)
            for value in values:
                changed = expressions.rewrite(
                    line.value,
                    lambda other, old=reference, new=value: Inlined(new, old.width) if other == old else other,
                )
                if self._is_good(line, changed):
                    line.value = changed
                    break

    @staticmethod
    def _is_good(line, value):
        """Whether the statement `line` may have `value`: it is exact, drops no bits, and can be read."""
        return (
            expressions.is_exact(value, line.width)
            and (line.width is None or value.width <= max(line.width, line.value.width))
            and len(replace(line, value=expressions.tidy(value)).text) <= _LONGEST_LINE
            and len(list(expressions.references(value))) <= _MOST_OPERANDS
        )

    def _uses(self):
        """Signal -> places that read it, before anything was moved."""
        if not hasattr(self, "_use_counts"):
            self._use_counts = Counter()
            for line in self._lines:
                if isinstance(line, _Line):
                    self._use_counts.update(reference.name for reference in expressions.references(line.value))
                    self._use_counts.update(_WORD.findall(line.target)[1:])
                elif not _DECLARATION.match(line):
                    self._use_counts.update(_WORD.findall(line))
        return self._use_counts

    def _drop_unread(self, drivers):
        waiting = True
        while waiting:
            read = set()
            for line in self._lines:
                if isinstance(line, _Line):
                    read.update(reference.name for reference in expressions.references(line.value))
                elif line is not None and not _DECLARATION.match(line):
                    read.update(_WORD.findall(line))
            waiting = [name for name in drivers if name not in read]
            for name in waiting:
                self._lines[drivers.pop(name)] = None
                for number in self._declarations[name]:
                    self._lines[number] = None

    def with_names(self):
        """The text, with names for the nets that are left: after what they are, else after what they feed."""
        text = self._text
        taken = set(_WORD.findall(text))
        drivers = {}
        readers = {}
        selector = None
        for line in self._lines:
            if not isinstance(line, _Line):
                selector = None if line and "always" in line else selector
                continue
            if not line.target and "case" in line.begin:
                selector = line.value
            elif line.target in self._widths:
                drivers.setdefault(line.target, []).append((line.value, None if "assign" in line.begin else selector))
            for reference in expressions.references(line.value):
                readers.setdefault(reference.name, []).append(line)
        waiting = [name for name in drivers if is_anonymous(name)]
        names = {}

        def give(name, wish):
            wishes = itertools.chain([wish], (f"{wish}_{number}" for number in itertools.count(2)))
            names[name] = next(new for new in wishes if new not in taken and not is_reserved(new))
            taken.add(names[name])
            waiting.remove(name)

        for describe in (_description, lambda name, *_: _purpose(drivers[name][0][0], readers.get(name, []), names)):
            known = -1
            while known < len(names):
                known = len(names)
                for name in list(waiting):
                    wish = describe(name, drivers[name], names)
                    if wish and len(wish) <= _LONGEST_NAME:
                        give(name, wish)
        return _WORD.sub(lambda match: names.get(match[0], match[0]), text)


_LONGEST_NAME = 40
_UNARY = {"~": "not", "!": "no", "|": "any", "&": "all", "^": "parity_of", "-": "minus"}
_BINARY = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divided_by",
    "%": "modulo",
    "&": "and",
    "|": "or",
    "^": "xor",
    "==": "is",
    "!=": "is_not",
    "<": "below",
    "<=": "up_to",
    ">": "above",
    ">=": "from",
    "<<": "shifted_by",
    ">>": "down_by",
}
_PURPOSES = {"+": "sum", "-": "difference", "*": "product", "&": "and", "|": "or", "^": "xor", "<<": "shifted"}


def _description(name, drivers, names):
    """What the net `name` is, in words: `credits_minus_1`; None if that would be no name."""
    if len(drivers) == 1 and drivers[0][1] is None:
        return _words(drivers[0][0], names)
    starts = {
        match[1]
        for value, _ in drivers
        if (match := re.fullmatch(r"(\w+?)_\d+", value.text)) and not is_anonymous(value.text)
    }
    if len(starts) == 1:
        return f"chosen_{starts.pop()}"
    selector = drivers[-1][1]
    words = selector and _words(selector, names)
    return f"by_{words}" if words else None


def _words(node, names):
    node = plain(node)
    match node:
        case Constant():
            return None if node.limit is None or node.limit > 9999 else str(node.limit)
        case Reference():
            name = names.get(node.name, node.name)
            if is_anonymous(name):
                return None
            return re.sub(r"\W+", "_", node.text.replace(node.name, name, 1)).strip("_")
        case expressions.Signed():
            return _words(node.argument, names)
        case expressions.Unary():
            words = _words(node.argument, names)
            return words and f"{_UNARY[node.operator]}_{words}"
        case Binary() if node.operator in _BINARY:
            left, right = _words(node.left, names), _words(node.right, names)
            return left and right and not left[0].isdigit() and f"{left}_{_BINARY[node.operator]}_{right}"
        case expressions.Choice():
            condition = _words(node.condition, names)
            value = _words(node.yes, names)
            return condition and value and not value[0].isdigit() and f"{value}_if_{condition}"
    return None


def _purpose(value, readers, names):
    """What a net is for: `busy_or` for a part of what drives `busy`; None if only nets without a name read it."""
    value = plain(value)
    kind = _PURPOSES.get(value.operator, "test") if isinstance(value, Binary) else "choice"
    for line in readers:
        signal = line.target.partition("[")[0]
        signal = names.get(signal, signal).removesuffix("_next")
        if signal and not is_anonymous(signal):
            return f"{signal}_{kind}"
    return None


def _is_small(value):
    """An inversion or a test for zero may stand in more than one place."""
    return isinstance(value, expressions.Unary) and isinstance(plain(value.argument), (Reference, Constant))


_CASE = re.compile(r"^( *)casez \((.*)\)\n((?:\1 .*\n)*)\1endcase\n", re.M)


def _complete_cases(text):
    """Writes `case`, and a `default`, where Yosys always writes `casez` and leaves out values that change nothing."""

    def complete(match):
        indent, selector, body = match.groups()
        items = re.findall(rf"^{indent}  (\S.*):$", body, re.M)
        keyword = "casez" if any("?" in item for item in items) else "case"
        body = _CASE.sub(complete, body)
        default = "" if "default" in items else f"{indent}  default: ;\n"
        return f"{indent}{keyword} ({selector})\n{body}{default}{indent}endcase\n"

    return _CASE.sub(complete, text)
