"""The area of small components, counted by hand."""

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module, Mux, Signal
from amaranth.lib.wiring import Component, In, Out

from firstspike.golden.config import PRESETS
from firstspike.hw.memory.sram import VerilogPlatform
from firstspike.hw.writer import rtlil as netlist
from firstspike.report.figures import area


class Example(Component):
    """A register of 8 bits, an adder of 9, a multiplexer of 8, and two assignments of 4 in a process."""

    a: In(8)
    select: In(1)
    total: Out(9)
    half: Out(4)

    def elaborate(self, platform):
        m = Module()
        kept = Signal(8)
        m.d.sync += kept.eq(Mux(self.select, self.a, kept))
        m.d.comb += self.total.eq(kept + self.a)
        with m.If(self.select):
            m.d.comb += self.half.eq(self.a)
        return m


def counted(component):
    return area._counted(netlist.parse(rtlil.convert(component, platform=VerilogPlatform(), emit_src=False)))


def test_every_bit_is_counted_once():
    # The reset of the register is a choice of its own: the value before it and the value in it.
    found = counted(Example())
    assert found["register_bits"] == 8
    assert found["memory_bits"] == 0
    assert found["operator_bits"] >= 9 + 8 + 2 * 4


def test_instances_count_as_often_as_they_are_there():
    class Twice(Component):
        a: In(8)

        def elaborate(self, platform):
            m = Module()
            for name in "left", "right":
                m.submodules[name] = example = Example()
                m.d.comb += example.a.eq(self.a)
            return m

    once, twice = counted(Example()), counted(Twice())
    assert twice["register_bits"] == 2 * once["register_bits"]
    assert twice["operator_bits"] >= 2 * once["operator_bits"]


def test_memories_of_the_processor_are_words_times_width():
    config = PRESETS["tiny"]
    spike_buffer = config.spike_words * config.spike_word_bits
    assert spike_buffer < area.area(config)["memory_bits"] < 2 * spike_buffer


def test_more_lanes_are_more_area():
    tiny, small = (area.area(PRESETS[name]) for name in ("tiny", "small"))
    assert all(small[figure] > tiny[figure] for figure in tiny)


@pytest.mark.parametrize("change", ["lanes", "nothing"])
def test_what_is_kept_is_found_by_what_it_came_from(change, monkeypatch, tmp_path):
    made = []
    monkeypatch.setattr(area, "DIRECTORY", tmp_path)
    monkeypatch.setattr(area, "_modules", lambda config: made.append(config) or [])
    config = PRESETS["tiny"]
    area.area(config)
    area.area(PRESETS["small"] if change == "lanes" else config)
    assert len(made) == (2 if change == "lanes" else 1)
