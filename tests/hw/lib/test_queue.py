import random

import pytest

from firstspike.hw.lib.queue import Queue
from tests.hw.stream_devices import receive, send, simulate


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("source_stall, sink_stall", [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)])
def test_payloads_come_out_in_order(depth, source_stall, sink_stall):
    queue = Queue(16, depth)
    choose = random.Random(depth)
    payloads = [choose.getrandbits(16) for _ in range(200)]

    async def source(ctx):
        await send(ctx, queue.i, payloads, choose, source_stall)

    async def sink(ctx):
        assert await receive(ctx, queue.o, len(payloads), choose, sink_stall) == payloads

    simulate(queue, source, sink)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_the_number_of_entries_decides_who_may_transfer(depth):
    queue = Queue(8, depth)

    async def bench(ctx):
        choose = random.Random(depth)
        level = 0
        for _ in range(500):
            push, pop = choose.random() < 0.6, choose.random() < 0.5
            ctx.set(queue.i.valid, push)
            ctx.set(queue.o.ready, pop)
            _, _, ready, valid = await ctx.tick().sample(queue.i.ready, queue.o.valid)
            assert (valid, ready) == (level > 0, level < depth)
            level += (push and ready) - (pop and valid)

    simulate(queue, bench)


def test_two_entries_suffice_for_a_transfer_in_every_cycle():
    queue = Queue(8, 2)

    async def bench(ctx):
        ctx.set(queue.i.valid, 1)
        ctx.set(queue.o.ready, 1)
        await ctx.tick()
        for _ in range(50):
            _, _, ready, valid = await ctx.tick().sample(queue.i.ready, queue.o.valid)
            assert (ready, valid) == (1, 1)

    simulate(queue, bench)


def test_a_queue_without_entries_is_refused():
    with pytest.raises(ValueError, match="a queue needs a depth of at least 1, not 0"):
        Queue(8, 0)
