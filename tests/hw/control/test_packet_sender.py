import random

import pytest

from firstspike.golden.streams import records
from firstspike.golden.streams.records import ErrorCode, Packet
from firstspike.hw.control.packet_sender import PacketSender
from tests.hw.stream_devices import receive, send, simulate

SUMMARY = {"network_words": 0x12345678, "image_words": 3, "cycles": 0xFFFFFFFF}


def packets(source, count, choose):
    """Payloads of random packets whose words tell their source and packet."""
    return [
        [{"data": source << 16 | number << 8 | word, "end": word == length - 1, "final": 0} for word in range(length)]
        for number, length in enumerate(choose.choices(range(1, 9), k=count))
    ]


def header(packet, length):
    return records.pack(records.PACKET_HEADER, {"packet": packet, "length": length})


@pytest.mark.parametrize("sources", [1, 2, 3])
@pytest.mark.parametrize("stall", [0, 0.5])
def test_packets_stay_whole_and_in_the_order_of_their_source(sources, stall):
    sender = PacketSender(sources)
    sent = [packets(n, 12, random.Random(n)) for n in range(sources)]

    def source(n):
        async def device(ctx):
            await send(ctx, getattr(sender, f"packets_{n}"), sum(sent[n], []), random.Random(n), stall)

        return device

    async def sink(ctx):
        count = sum(len(packet) for every in sent for packet in every)
        words = await receive(ctx, sender.o, count, random.Random(9), stall)
        assert not any(word.final for word in words)
        waiting = [list(every) for every in sent]
        while words:
            expected = waiting[words[0].data >> 16].pop(0)
            assert [word.data for word in words[: len(expected)]] == [word["data"] for word in expected]
            assert [word.end for word in words[: len(expected)]] == [word["end"] for word in expected]
            del words[: len(expected)]
        assert not any(waiting)

    simulate(sender, *(source(n) for n in range(sources)), sink)


def test_the_lower_source_goes_first():
    sender = PacketSender(2)
    first, second = packets(0, 1, random.Random(1)), packets(1, 1, random.Random(2))

    async def bench(ctx):
        for n, (packet, *_) in enumerate((first, second)):
            port = getattr(sender, f"packets_{n}")
            ctx.set(port.valid, 1)
            ctx.set(port.payload, packet[0] | {"end": 1})
        words = await receive(ctx, sender.o, 1, random.Random(1), 0)
        assert words[0].data == first[0][0]["data"]

    simulate(sender, bench)


@pytest.mark.parametrize("stall", [0, 0.5])
def test_a_run_ends_with_done_and_another_one_may_follow(stall):
    sender = PacketSender(1)

    async def summary(ctx):
        await send(ctx, sender.summary, [SUMMARY, SUMMARY], random.Random(1), stall)

    async def sink(ctx):
        words = await receive(ctx, sender.o, 8, random.Random(2), stall)
        assert [word.data for word in words] == [header(Packet.DONE, 3), *SUMMARY.values()] * 2
        assert [word.final for word in words] == [0, 0, 0, 1] * 2

    simulate(sender, summary, sink)


@pytest.mark.parametrize("stall", [0, 0.5])
@pytest.mark.parametrize("words_before", range(5))
def test_an_error_waits_for_the_packet_in_hand_and_is_the_last_thing_sent(words_before, stall):
    sender = PacketSender(1)
    packet = [{"data": word, "end": word == 3, "final": 0} for word in range(4)]

    async def source(ctx):
        await send(ctx, sender.packets_0, packet[:words_before], random.Random(1), 0)
        ctx.set(sender.error, ErrorCode.BAD_FIELD)
        if 0 < words_before < 4:
            await send(ctx, sender.packets_0, packet[words_before:], random.Random(1), stall)
        ctx.set(sender.packets_0.valid, 1)
        ctx.set(sender.summary.valid, 1)

    async def sink(ctx):
        before = packet if words_before else []
        words = await receive(ctx, sender.o, len(before) + 2, random.Random(2), stall)
        assert [word.data for word in words] == [word["data"] for word in before] + [
            header(Packet.ERROR, 1),
            ErrorCode.BAD_FIELD,
        ]
        assert [word.final for word in words] == [0] * (len(before) + 1) + [1]
        ctx.set(sender.o.ready, 1)
        for _ in range(20):
            _, _, valid = await ctx.tick().sample(sender.o.valid)
            assert not valid

    simulate(sender, source, sink)
