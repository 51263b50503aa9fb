"""Liberty files as trees of groups, for what a regular expression cannot find."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r'"((?:[^"\\]|\\[\s\S])*)"|([(){};:,])|([^\s(){};:,"\\]+)')
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_UNENDED = re.compile(r'^(\s*\w+\s*:[^;{}()"\\\n]*(?:"[^"\n]*")?)[ \t\r]*$', re.M)
"""`name : value` on a line of its own without a semicolon, as a file of ASAP7 has."""


@dataclass
class Group:
    """`name (arguments) { ... }`; the attributes are values of `name : value;` and of `name (values);`."""

    name: str
    arguments: list[str]
    attributes: dict[str, list[str]] = field(default_factory=dict)
    groups: list["Group"] = field(default_factory=list)

    def all(self, name):
        """Groups of this name, in order."""
        return [group for group in self.groups if group.name == name]

    def one(self, name):
        """The first group of this name, or None."""
        return next((group for group in self.groups if group.name == name), None)

    def value(self, name):
        """First value of an attribute, or None."""
        return self.attributes.get(name, [None])[0]


def parse(text):
    """The library group of a Liberty text.

    Raises
    ------
    ValueError
        The text ends within a group, or does not begin with one.
    """
    tokens = [
        (match[1] if match[1] is not None else match[0], match[1] is None)
        for match in _TOKEN.finditer(_UNENDED.sub(r"\1;", _COMMENT.sub(" ", text)))
    ]
    outermost = Group("", [])
    try:
        _statement(tokens, 0, outermost)
        return outermost.groups[0]
    except IndexError:
        raise ValueError("no complete Liberty group") from None


def _statement(tokens, at, parent):
    """Reads one attribute or group into `parent`; the position behind it."""
    name, at = tokens[at][0], at + 1
    if tokens[at] == (":", True):
        values, at = _until(tokens, at + 1, {";", "}"})
        parent.attributes[name] = values
        return at + (tokens[at] == (";", True))
    if tokens[at] != ("(", True):
        return at
    values, at = _until(tokens, at + 1, {")"})
    at += 1
    if at < len(tokens) and tokens[at] == ("{", True):
        group = Group(name, values)
        parent.groups.append(group)
        at += 1
        while tokens[at] != ("}", True):
            at = at + 1 if tokens[at] == (";", True) else _statement(tokens, at, group)
        return at + 1
    parent.attributes[name] = values
    return at


def _until(tokens, at, ends):
    """Words up to one of these marks, and its position."""
    values = []
    while not (tokens[at][1] and tokens[at][0] in ends):
        if tokens[at] != (",", True):
            values.append(tokens[at][0])
        at += 1
    return values, at
