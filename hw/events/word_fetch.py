"""Second part of the event generator: reads the words of the walk and keeps those that hold events."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import ADDRESS_BITS, IMAGE_STREAM_BITS
from firstspike.golden.microarchitecture import WORD_QUEUE_DEPTH
from firstspike.golden.streams.records import InputKind
from firstspike.hw.codes.word_decoder import WordDecoder
from firstspike.hw.layouts import EventWord, WalkStep
from firstspike.hw.lib.queue import Queue


class WordFetch(wiring.Component):
    """Reads one word a cycle ahead of the events; empty words never leave it.

    A word is held until the next one with events, or the end of the visit, is known, so that the last event of a visit
    can be marked without a bubble. A visit without events ends with an empty word.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    kind : Signal(InputKind), in
    step : stream of WalkStep, in
    read_request, read_address : Signal, out
        Word to read from the spike or image buffer.
    read_grant : Signal, in
        The read is done; its word is in `spike_word` or `pixel_word` two cycles later.
    word : stream of EventWord, out
    busy : Signal, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "kind": In(InputKind),
                "step": In(stream.Signature(WalkStep(config))),
                "read_request": Out(1),
                "read_address": Out(ADDRESS_BITS),
                "read_grant": In(1),
                "spike_word": In(config.spike_word_bits),
                "pixel_word": In(IMAGE_STREAM_BITS),
                "word": Out(stream.Signature(EventWord(config))),
                "busy": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        m.submodules.word_decoder = word_decoder = WordDecoder(config)
        m.submodules.word_queue = word_queue = Queue(EventWord(config), WORD_QUEUE_DEPTH)
        wiring.connect(m, word_queue.o, wiring.flipped(self.word))

        room = Signal(init=1)
        reading = Signal()
        arriving = Signal()
        decoded = Signal()
        holding = Signal()
        reading_step = Signal(WalkStep(config))
        arriving_step = Signal(WalkStep(config))
        m.d.comb += [
            self.read_request.eq(self.step.valid & self.step.payload.read & room),
            self.read_address.eq(self.step.payload.address),
            self.step.ready.eq(room & (self.read_grant | ~self.step.payload.read)),
        ]
        m.d.sync += [reading.eq(self.step.valid & self.step.ready), arriving.eq(reading), decoded.eq(arriving)]
        with m.If(self.step.valid & self.step.ready):
            m.d.sync += reading_step.eq(self.step.payload)
        with m.If(reading):
            m.d.sync += arriving_step.eq(reading_step)

        filled = Signal()
        fresh = Signal(EventWord(config))
        m.d.comb += [
            word_decoder.kind.eq(self.kind),
            word_decoder.spike_word.eq(self.spike_word),
            word_decoder.pixel_word.eq(self.pixel_word),
        ]
        with m.If(arriving):
            m.d.sync += [
                filled.eq(arriving_step.read & word_decoder.candidates.any()),
                fresh.candidates.eq(Mux(arriving_step.read, word_decoder.candidates, 0)),
                fresh.payload.eq(word_decoder.payload),
                fresh.row_address.eq(arriving_step.row_address),
                fresh.row_count.eq(arriving_step.row_count),
                fresh.last.eq(arriving_step.last),
                fresh.visit.eq(arriving_step.visit),
            ]

        held = Signal(EventWord(config))
        keep = Signal()
        m.d.comb += [
            keep.eq(decoded & (filled | (fresh.last & (~holding | held.last)))),
            word_queue.i.valid.eq(holding & (held.last | (decoded & (filled | fresh.last)))),
            word_queue.i.payload.eq(held),
            word_queue.i.payload.last.eq(held.last | ~(decoded & filled)),
        ]
        with m.If(keep):
            m.d.sync += [held.eq(fresh), held.events.eq(sum(fresh.candidates)), holding.eq(1)]
        with m.Elif(word_queue.i.valid):
            m.d.sync += holding.eq(0)

        # Words between the request and the extraction; the queue has room for all of them.
        words = Signal(range(WORD_QUEUE_DEPTH + 1))
        comes = Signal()
        dropped = Signal()
        leaves = Signal()
        m.d.comb += [
            comes.eq(self.step.valid & self.step.ready),
            dropped.eq(decoded & ~keep),
            leaves.eq(self.word.valid & self.word.ready),
        ]
        m.d.sync += [
            words.eq(words + comes - dropped - leaves),
            # In terms of the present number, because the three are known late.
            room.eq(
                ~(
                    ((words == WORD_QUEUE_DEPTH) & (comes == (dropped | leaves)) & ~(dropped & leaves))
                    | ((words == WORD_QUEUE_DEPTH - 1) & comes & ~dropped & ~leaves)
                )
            ),
        ]

        m.d.comb += self.busy.eq(reading | arriving | decoded | holding | word_queue.o.valid)
        return m
