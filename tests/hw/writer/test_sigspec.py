import random

import pytest

from firstspike.hw.writer import sigspec
from firstspike.hw.writer.rtlil import Wire, escape

WIRES = {name: Wire(name, width) for name, width in (("a", 8), ("b", 1), ("$3", 5))}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("\\b", [("b", 0)]),
        ("\\b [0]", [("b", 0)]),
        ("\\a [3:2]", [("a", 2), ("a", 3)]),
        ("$3", [("$3", index) for index in range(5)]),
        ("3'10x", ["x", "0", "1"]),
        ("{ 2'01 \\a [7] \\b }", [("b", 0), ("a", 7), "1", "0"]),
        ("{ }", []),
    ],
)
def test_bits_come_low_first(text, expected):
    assert sigspec.bits(text, WIRES) == expected


def test_text_is_the_inverse_of_bits():
    choose = random.Random(1)
    every = [*((name, index) for name, wire in WIRES.items() for index in range(wire.width)), "0", "1"]
    for _ in range(500):
        start = choose.randrange(len(every) - 4)
        bits = choose.choices(every, k=choose.randrange(1, 9)) + every[start : start + choose.randrange(5)]
        assert sigspec.bits(sigspec.text(bits, escape), WIRES) == bits


@pytest.mark.parametrize(
    "bits, text",
    [
        ([("a", index) for index in range(8)], "\\a [7:0]"),
        ([("a", 4)], "\\a [4]"),
        ([("a", 1), ("a", 0)], "{ \\a [0] \\a [1] }"),
        (["1", "0", ("$3", 0), ("$3", 1)], "{ $3 [1:0] 2'01 }"),
    ],
)
def test_text_joins_neighbours(bits, text):
    assert sigspec.text(bits, escape) == text


@pytest.mark.parametrize(
    "text, name",
    [
        ("\\a", "a"),
        ("\\a [7:0]", "a"),
        ("\\b [0]", "b"),
        ("\\a [6:0]", None),
        ("8'00000000", None),
        ("{ \\a [7:4] \\a [3:0] }", None),
    ],
)
def test_whole_wire(text, name):
    wire = sigspec.whole_wire(text, WIRES)
    assert (wire.name if wire else None) == name


def test_substitute_replaces_every_sigspec_of_a_line_and_nothing_else():
    seen = []

    def replace(old):
        seen.append(old)
        return "X"

    assert sigspec.substitute("assign \\a [3:0] { 2'00 \\b }", replace) == "assign X X"
    assert sigspec.substitute("case 4'0-11, 4'0000", replace) == "case 4'0-11, 4'0000"
    assert sigspec.substitute("switch { }", replace) == "switch { }"
    assert seen == ["\\a [3:0]", "{ 2'00 \\b }"]
