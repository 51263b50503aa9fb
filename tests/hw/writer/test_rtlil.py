import pytest
from amaranth.back import rtlil as amaranth_rtlil

from firstspike.hw.memory.sram import VerilogPlatform
from firstspike.hw.writer import rtlil
from firstspike.hw.writer.rtlil import NetlistError
from tests.hw.verilog_example import Example, Group


def amaranth_text(component):
    return amaranth_rtlil.convert(component, name="firstspike", platform=VerilogPlatform(), emit_src=False)


def test_modules_come_parents_first():
    names = [module.name for module in rtlil.parse(amaranth_text(Example()))]
    assert names[0] == "firstspike"
    assert names.index("firstspike.group_1") < names.index("firstspike.group_1.neuron_2")


def test_rendering_and_parsing_again_changes_nothing():
    modules = rtlil.parse(amaranth_text(Example()))
    text = rtlil.render(modules, "firstspike")
    assert rtlil.render(rtlil.parse(text), "firstspike") == text
    assert text.count("attribute \\top 1") == 1


def test_parts_of_a_module_are_understood():
    module = rtlil.parse(amaranth_text(Group()))[0]
    assert module.wires["sum"].direction == "output"
    assert module.wires["phase_state"].attributes["init"] == "1'0"
    assert {cell.kind for cell in module.cells} >= {"$dff", "$add", "$check", "firstspike.neuron_0"}
    assert any(line.startswith("switch \\phase_state") for process in module.processes for line in process.lines)


def test_enumerations_have_named_values():
    wire = rtlil.Wire("w", 2, attributes={"enum_value_00": '"IDLE"', "enum_value_10": '"EVENT"', "init": "2'00"})
    assert wire.states == {0: "IDLE", 2: "EVENT"}


@pytest.mark.parametrize(
    "text, message",
    [
        ("module \\m\nwidget 3\nend", "m has an unknown statement: widget 3"),
        ("module \\m\nmemory width 8 size 4 \\table\nend", "m has a memory outside of hw.memory.sram.Sram: table"),
        ("module \\m\ncell $and $1\nwidget\nend", r"cell \$1 has an unknown statement: widget"),
        ("module \\m\ncell $and $1\n", r"cell \$1 has no end"),
    ],
)
def test_unknown_statements_are_refused(text, message):
    with pytest.raises(NetlistError, match=message):
        rtlil.parse(text)
