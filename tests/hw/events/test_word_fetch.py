import random

import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.config import ADDRESS_BITS, PRESETS
from firstspike.golden.streams.records import InputKind
from firstspike.hw.events.word_fetch import WordFetch
from tests.hw.stream_devices import receive, send, simulate

CONFIG = PRESETS["tiny"]


def random_visits(choose, count):
    """Steps of random visits, the words they read, and the words that must come out.

    Each is told apart by its row address and its visit's partial-sum number.
    """
    steps, memory, expected = [], {}, []
    for number in range(count):
        length = choose.choice([1, 1, 2, 3, 9])
        filled = []
        for index in range(length):
            step = {
                "read": choose.random() < 0.8,
                "address": choose.randrange(1 << ADDRESS_BITS),
                "row_address": choose.randrange(CONFIG.ring_rows),
                "row_count": choose.getrandbits(6),
                "last": index == length - 1,
                "visit": {"partial_sum": number % CONFIG.tile_positions},
            }
            steps.append(step)
            neurons = [choose.choice([ttfs.SILENT, choose.randrange(32)]) for _ in range(CONFIG.word_neurons)]
            if choose.random() < 0.5:
                neurons = [ttfs.SILENT] * CONFIG.word_neurons
            memory[step["address"]] = sum(time << formats.SPIKE_BITS * n for n, time in enumerate(neurons))
            candidates = sum((time != ttfs.SILENT) << n for n, time in enumerate(neurons))
            if step["read"] and candidates:
                filled.append((candidates, memory[step["address"]], step["row_address"], step["row_count"]))
        visit = number % CONFIG.tile_positions
        filled = filled or [None]
        expected += [(visit, index == len(filled) - 1, word) for index, word in enumerate(filled)]
    return steps, memory, expected


@pytest.mark.parametrize("source_stall, sink_stall", [(0, 0), (0.5, 0), (0, 0.7), (0.3, 0.3)])
def test_words_with_events_come_out_and_each_visit_ends(source_stall, sink_stall):
    fetch = WordFetch(CONFIG)
    steps, memory, expected = random_visits(random.Random(1), 300)
    finished = False

    async def walker(ctx):
        await send(ctx, fetch.step, steps, random.Random(2), source_stall)

    async def buffer(ctx):
        """A read word arrives two cycles later; meanwhile and afterwards there are words of other readers."""
        choose = random.Random(3)
        ctx.set(fetch.kind, InputKind.SPIKES)
        word = 0
        while not finished:
            ctx.set(fetch.read_grant, choose.random() >= source_stall)
            _, _, request, grant, address = await ctx.tick().sample(
                fetch.read_request, fetch.read_grant, fetch.read_address
            )
            ctx.set(fetch.spike_word, word)
            word = memory[address] if request and grant else choose.getrandbits(CONFIG.spike_word_bits)

    async def sink(ctx):
        nonlocal finished
        for word, (visit, last, filled) in zip(
            await receive(ctx, fetch.word, len(expected), random.Random(4), sink_stall), expected
        ):
            assert (word.visit.partial_sum, word.last) == (visit, last)
            if filled is None:
                assert word.candidates == 0
            else:
                assert (word.candidates, word.payload, word.row_address, word.row_count) == filled
        await ctx.tick().repeat(5)
        assert not ctx.get(fetch.busy) and not ctx.get(fetch.word.valid)
        finished = True

    simulate(fetch, walker, buffer, sink)
