"""The memories priced are the memories of the RTL."""

from fractions import Fraction

import pytest
from amaranth.hdl import Fragment

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import memories
from firstspike.hw.memory.sram import Sram
from firstspike.hw.processor import Processor


@pytest.mark.parametrize(
    "config",
    [
        PRESETS["tiny"],
        PRESETS["small"],
        PRESETS["tiny"].model_copy(
            update={
                "weight_protection": "secded",
                "parameter_protection": "parity",
                "spike_protection": "secded",
                "potential_protection": "secded",
                "image_protection": "parity",
            }
        ),
        PRESETS["small"].model_copy(
            update={"weight_protection": "parity", "parameter_protection": "secded", "image_protection": "secded"}
        ),
    ],
    ids=["tiny", "small", "tiny protected", "small protected"],
)
def test_every_memory_of_the_rtl_is_priced_and_no_other(config, monkeypatch):
    made = []
    original = Sram.__init__

    def recording(self, width, depth):
        made.append((width, depth))
        original(self, width, depth)

    monkeypatch.setattr(Sram, "__init__", recording)
    Fragment.get(Processor(config), None).prepare()
    priced = [(memory.bits, memory.rows) for memory in memories.of(config).values() for _ in range(memory.copies)]
    assert sorted(made) == sorted(priced)


def test_capacity_is_the_sum_of_all_copies():
    bits = sum(memory.bits * memory.rows * memory.copies for memory in memories.of(PRESETS["paper"]).values())
    assert memories.kilobytes(PRESETS["paper"]) == Fraction(bits, 8192)
