"""The result stream: merges packets and ends the run with DONE or ERROR."""

from amaranth.hdl import Array, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import bits_for
from firstspike.golden.microarchitecture import RESULT_QUEUE_DEPTH
from firstspike.golden.streams.records import Packet
from firstspike.hw.control.sequencer import RUN_SUMMARY
from firstspike.hw.layouts import PACKET_HEADER, PACKET_WORD
from firstspike.hw.lib.queue import Queue


class PacketSender(wiring.Component):
    """Sends whole packets, one source after the other; after an ERROR packet nothing more.

    Parameters
    ----------
    sources : int
        Packet streams merged.

    Attributes
    ----------
    packets_<n> : stream of PACKET_WORD, in
        A lower n goes first.
    summary : stream of RUN_SUMMARY, in
        Becomes the DONE packet.
    error : Signal(8), in
        A code other than 0 becomes the ERROR packet, once.
    o : stream of PACKET_WORD, out
    """

    def __init__(self, sources):
        self._sources = sources
        super().__init__(
            {
                **{f"packets_{n}": In(stream.Signature(PACKET_WORD)) for n in range(sources)},
                "summary": In(stream.Signature(RUN_SUMMARY)),
                "error": In(8),
                "o": Out(stream.Signature(PACKET_WORD)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.result_queue = queue = Queue(PACKET_WORD, RESULT_QUEUE_DEPTH)
        wiring.connect(m, queue.o, wiring.flipped(self.o))
        sources = [getattr(self, f"packets_{n}") for n in range(self._sources)]

        source = Signal(bits_for(self._sources))
        summary = self.summary.payload
        status = Signal(PACKET_HEADER)
        failed = Signal()
        words = Array([status.as_value(), summary.network_words, summary.image_words, summary.cycles])
        position = Signal(2)
        m.d.comb += [status.packet.eq(Mux(failed, Packet.ERROR, Packet.DONE)), status.length.eq(Mux(failed, 1, 3))]

        with m.FSM(name="sender"):
            with m.State("IDLE"):
                m.d.sync += position.eq(0)
                with m.If(self.error != 0):
                    m.d.sync += failed.eq(1)
                    m.next = "STATUS"
                with m.Else():
                    for n, packets in reversed(list(enumerate(sources))):
                        with m.If(packets.valid):
                            m.d.sync += source.eq(n)
                            m.next = "PACKET"
                    with m.If(self.summary.valid):
                        m.next = "STATUS"
            with m.State("PACKET"):
                with m.Switch(source):
                    for n, packets in enumerate(sources):
                        with m.Case(n):
                            m.d.comb += [
                                queue.i.valid.eq(packets.valid),
                                queue.i.payload.eq(packets.payload),
                                packets.ready.eq(queue.i.ready),
                            ]
                with m.If(queue.i.valid & queue.i.ready & queue.i.payload.end):
                    m.next = "IDLE"
            with m.State("STATUS"):
                m.d.comb += [
                    queue.i.valid.eq(1),
                    queue.i.payload.data.eq(Mux(failed & (position == 1), self.error, words[position])),
                    queue.i.payload.end.eq(position == status.length),
                    queue.i.payload.final.eq(position == status.length),
                    self.summary.ready.eq(~failed & queue.i.ready & queue.i.payload.final),
                ]
                with m.If(queue.i.ready):
                    m.d.sync += position.eq(position + 1)
                    with m.If(queue.i.payload.final):
                        with m.If(failed):
                            m.next = "FAILED"
                        with m.Else():
                            m.next = "IDLE"
            with m.State("FAILED"):
                pass
        return m
