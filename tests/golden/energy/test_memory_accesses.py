"""Every access to a memory that is priced is one that the RTL makes, counted at the memories' ports."""

from collections import Counter

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import actions, memories
from firstspike.golden.energy.estimate import sum_by_layer
from firstspike.hw.memory.sram import Sram
from tests.hw.cases import random_case
from tests.hw.processor_bench import ProcessorBench

SEEDS = (1, 3, 5)


@pytest.fixture(scope="module")
def memories_made():
    """Every Sram that is made while the tests of this module run."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        original = Sram.__init__

        def recording(self, width, depth):
            original(self, width, depth)
            made.append(self)

        patch.setattr(Sram, "__init__", recording)
        yield made


@pytest.fixture(scope="module")
def bench(memories_made):
    return ProcessorBench(PRESETS["tiny"])


@pytest.fixture(scope="module")
def accesses(bench, memories_made):
    """Counter of the accesses by name of their action, while the bench runs."""
    names = {(memory.bits, memory.rows): memory.name for memory in memories.of(PRESETS["tiny"]).values()}
    counted = Counter()

    async def count(ctx):
        ports = [
            (f"{names[memory.width, memory.depth]}_{kind}", getattr(memory, f"{kind}_enable"))
            for memory in memories_made
            for kind in ("read", "write")
        ]
        async for _, _, *enables in ctx.tick().sample(*(enable for _, enable in ports)):
            counted.update(name for (name, _), enabled in zip(ports, enables) if enabled)

    bench.add_process(count)
    return counted


@pytest.mark.parametrize("seed", SEEDS)
def test_every_memory_access_of_the_rtl_is_priced_once(seed, bench, accesses):
    case = random_case(seed, PRESETS["tiny"])
    accesses.clear()
    bench.run(case.session())
    found = actions.occurrences(
        case.network, case.schedule, sum_by_layer(case.network, case.schedule, [case.counts]), 1
    )
    expected = Counter()
    for layer in found:
        expected.update({name: count for name, count in layer.items() if name.endswith(("_read", "_write"))})
    assert accesses == +expected
