"""The result stream: whole packets, in order, and nothing after an error."""

from amaranth.hdl import Assert, Assume, Cover, Mux, Signal

from firstspike.golden.microarchitecture import RESULT_QUEUE_DEPTH
from firstspike.golden.streams.records import Packet
from firstspike.hw.control.packet_sender import PacketSender
from firstspike.hw.layouts import PACKET_HEADER, PACKET_WORD
from firstspike.verify.formal.arbitrary import AnyConst
from firstspike.verify.formal.proof import Proof

SOURCES = 2
COUNT_BITS = 4
"""Of the running numbers of words: more than the depth of the proof."""

DEPTH = 9


def properties(m, sender, inside):
    """A word taken from a source comes out with its running number; status packets stand between the others."""
    sources = [getattr(sender, f"packets_{n}") for n in range(SOURCES)]
    takes = [source.valid & source.ready for source in sources]
    sent = sender.o.valid & sender.o.ready
    word = sender.o.payload
    m.d.comb += [Assume(~source.payload.final) for source in sources]

    # Streams keep their word once they offer it, and an error code stays.
    for name, stream in (*((f"source_{n}", source) for n, source in enumerate(sources)), ("summary", sender.summary)):
        payload = stream.payload.as_value()
        waited, before = Signal(name=f"{name}_waited"), Signal(len(payload), name=f"{name}_before")
        m.d.sync += [waited.eq(stream.valid & ~stream.ready), before.eq(payload)]
        m.d.comb += Assume(~waited | (stream.valid & (payload == before)))
    error_before = Signal(8)
    m.d.sync += error_before.eq(sender.error)
    m.d.comb += Assume((error_before == 0) | (sender.error == error_before))

    # Packets are not mixed.
    open_, open_source = Signal(), Signal(range(SOURCES))
    for n, source in enumerate(sources):
        m.d.comb += Assert(~takes[n] | ~open_ | (open_source == n), "a packet is not interrupted by another source")
        with m.If(takes[n]):
            m.d.sync += [open_.eq(~source.payload.end), open_source.eq(n)]
    m.d.comb += Assert(~(takes[0] & takes[1]), "one word at a time")

    # Every word of a source comes out, in order: the words of DONE and ERROR are told apart by their header.
    taken, out = Signal(COUNT_BITS), Signal(COUNT_BITS)
    followed, seen = Signal(COUNT_BITS), Signal(PACKET_WORD.size)
    status_left = Signal(3)
    in_packet = Signal()
    header = Signal(PACKET_HEADER)
    m.d.comb += [followed.eq(AnyConst(COUNT_BITS)), header.eq(word.data)]
    for n, source in enumerate(sources):
        with m.If(takes[n]):
            m.d.sync += taken.eq(taken + 1)
            with m.If(taken == followed):
                m.d.sync += seen.eq(source.payload)
        # What a source sends is no status packet.
        with m.If(source.valid & ~open_):
            m.d.comb += Assume(~source.payload.data[24:].matches(Packet.DONE, Packet.ERROR))
    is_status = ~in_packet & (status_left == 0) & ((header.packet == Packet.DONE) | (header.packet == Packet.ERROR))
    failed, finished = Signal(), Signal()
    with m.If(sent & is_status):
        m.d.sync += [status_left.eq(header.length), failed.eq(header.packet == Packet.ERROR)]
        m.d.comb += [
            Assert(header.length == Mux(header.packet == Packet.ERROR, 1, 3)),
            Assert(~word.end & ~word.final),
            Assert((header.packet != Packet.ERROR) | (sender.error != 0), "an ERROR packet only for an error"),
        ]
    with m.Elif(sent & (status_left != 0)):
        m.d.sync += status_left.eq(status_left - 1)
        m.d.comb += [
            Assert(word.final == (status_left == 1), "the last word of a run is marked"),
            Assert(~failed | (word.data == sender.error), "the error code"),
        ]
        with m.If((status_left == 1) & failed):
            m.d.sync += finished.eq(1)
    with m.Elif(sent):
        m.d.sync += [out.eq(out + 1), in_packet.eq(~word.end)]
        m.d.comb += Assert(out < taken, "nothing comes out that did not go in")
        with m.If(out == followed):
            m.d.comb += Assert(word.as_value() == seen, "in order, as it went in")
    m.d.comb += [
        Assert((taken - out)[:COUNT_BITS] <= RESULT_QUEUE_DEPTH, "no word is lost"),
        Assert(~finished | ~sender.o.valid, "nothing follows an ERROR packet"),
        Assert(~(sender.summary.valid & sender.summary.ready) | ~failed),
        Cover(finished, "an ERROR packet"),
        Cover(sent & word.final & ~failed, "a DONE packet"),
        Cover(sent & (out == 3) & (open_source == 1), "packets of both sources"),
    ]


PROOFS = (
    Proof(
        "packet_sender.packets",
        "packets of the sources leave whole, in order and unchanged; a run ends with DONE or "
        "ERROR with the right length, code and mark; nothing follows an ERROR packet",
        lambda: PacketSender(SOURCES),
        properties,
        depth=DEPTH,
        unbounded=False,
        cover_depth=DEPTH + 6,
    ),
)
