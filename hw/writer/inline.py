"""Verilog of Yosys as a person would write it: nets without a name of their own become part of what reads them."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from firstspike.hw.writer import expressions
from firstspike.hw.writer.expressions import Constant, Inlined, Reference, plain

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
    def text(self):
        value = self.value.text
        return f"{self.begin}{self.target} = {value}{self.end}" if self.target else f"{self.begin}({value}){self.end}"


def simplify(text):
    """The module `text` of Yosys with fewer, and better named, nets; nothing that it computes changes."""
    module = _Module(text)
    module.use_names_of_fields()
    module.inline()
    return _complete_cases(module.text)


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
        value = expressions.select(value, target.width)
        return _Line(match["begin"], value, match["end"], target.width, match["target"])

    @property
    def text(self):
        return "".join(line if isinstance(line, str) else line.text + "\n" for line in self._finished())

    def _finished(self):
        for line in self._lines:
            if line is not None:
                yield line if isinstance(line, _Line) else line + "\n"

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
