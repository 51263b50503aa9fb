import random

import pytest

from firstspike.golden.counting import counters
from firstspike.golden.streams import records
from firstspike.golden.streams.records import Packet
from firstspike.hw.control.counter_bank import CounterBank
from tests.hw.stream_devices import receive, simulate

NAMES = [counter.name for counter in counters.ALL]
BITS = {name: 1 + index % 5 for index, name in enumerate(NAMES)}


@pytest.mark.parametrize("stall", [0, 0.5])
def test_every_layer_run_gets_its_own_sums(stall):
    bank = CounterBank(BITS)
    expected = []
    layers = 6

    async def counted(ctx):
        choose = random.Random(stall)
        sums = dict.fromkeys(NAMES, 0)

        late = dict.fromkeys(NAMES, 0)

        async def cycle(**pulses):
            nonlocal sums, late
            for name, value in pulses.items():
                ctx.set(getattr(bank, name), value)
            if "snapshot" in pulses:
                expected.append((pulses["layer"], list(sums.values())))
            if pulses:
                sums = dict.fromkeys(NAMES, 0)
            for name in NAMES:
                ctx.set(getattr(bank, name), late[name])  # what happened in the cycle before
                late[name] = choose.getrandbits(BITS[name]) if choose.random() < 0.7 else 0
                sums[name] += late[name]
            await ctx.tick()
            for name in pulses:
                ctx.set(getattr(bank, name), 0)

        await cycle()
        await cycle(clear=1)
        for layer in range(layers):
            for _ in range(choose.randrange(1, 60)):
                await cycle()
            while ctx.get(bank.busy):
                await cycle()
            await cycle(snapshot=1, layer=layer + 10)
        for _ in range(5):
            await cycle()

    async def sink(ctx):
        words = await receive(ctx, bank.packet, layers * (1 + len(NAMES)), random.Random(1), stall)
        for layer, sums in expected:
            header, *counts = words[: 1 + len(NAMES)]
            del words[: 1 + len(NAMES)]
            assert records.unpack(records.PACKET_HEADER, header.data) == {
                "length": len(NAMES),
                "index": layer,
                "packet": Packet.COUNTERS,
            }
            assert [count.data for count in counts] == sums
            assert [word.end for word in (header, *counts)] == [0] * len(NAMES) + [1]
            assert not any(word.final for word in (header, *counts))
        assert len(expected) == layers

    simulate(bank, counted, sink)


def test_the_increments_are_those_of_the_golden_table():
    with pytest.raises(ValueError, match="expected increments for"):
        CounterBank(dict(reversed(BITS.items())))
