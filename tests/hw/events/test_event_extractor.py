import random

import pytest

from firstspike.golden import formats
from firstspike.golden.codes import ttfs
from firstspike.golden.config import PRESETS
from firstspike.golden.streams.records import InputKind
from firstspike.hw.events.event_extractor import EventExtractor
from firstspike.hw.layouts import row_count_bits
from tests.hw.stream_devices import receive, send, simulate

CONFIG = PRESETS["small"].model_copy(update={"ring_rows": 20})


def random_words(choose, count):
    """Words of spikes, and the events that they hold."""
    words, events = [], []
    first = True
    for number in range(count):
        last = choose.random() < 0.4
        spikes = {n: choose.randrange(ttfs.SILENT) for n in range(CONFIG.word_neurons) if choose.random() < 0.3}
        visit = {"partial_sum": number % CONFIG.tile_positions}
        row_address, row_count = choose.randrange(CONFIG.ring_rows), choose.getrandbits(row_count_bits(CONFIG))
        payload = sum(spikes.get(n, ttfs.SILENT) << formats.SPIKE_BITS * n for n in range(CONFIG.word_neurons))
        if not spikes and not (first and last):
            continue  # an empty word is a whole visit
        words.append(
            {
                "candidates": sum(1 << n for n in spikes),
                "payload": payload,
                "events": len(spikes),
                "row_address": row_address,
                "row_count": row_count,
                "last": last,
                "visit": visit,
            }
        )
        found = [
            (1, time, (row_address + n) % CONFIG.ring_rows, (row_count + n) % (1 << row_count_bits(CONFIG)))
            for n, time in sorted(spikes.items())
        ] or [(0, None, None, None)]
        for index, event in enumerate(found):
            events.append((visit["partial_sum"], first, last and index == len(found) - 1, event))
            first = False
        first = last
    return words, events


@pytest.mark.parametrize("source_stall, sink_stall", [(0, 0), (0.5, 0), (0, 0.7), (0.3, 0.3)])
def test_events_come_out_one_by_one_with_their_weight_rows(source_stall, sink_stall):
    extractor = EventExtractor(CONFIG)
    words, events = random_words(random.Random(1), 300)

    async def source(ctx):
        ctx.set(extractor.kind, InputKind.SPIKES)
        await send(ctx, extractor.word, words, random.Random(2), source_stall)

    async def sink(ctx):
        for event, (visit, first, last, (is_event, *fields)) in zip(
            await receive(ctx, extractor.event, len(events), random.Random(3), sink_stall), events
        ):
            assert (event.visit.partial_sum, event.first, event.last, event.is_event) == (visit, first, last, is_event)
            if is_event:
                assert [event.event_time, event.row_address, event.row_count] == fields
                assert not event.negative
        await ctx.tick().repeat(5)
        assert not ctx.get(extractor.busy)

    simulate(extractor, source, sink)
