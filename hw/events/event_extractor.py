"""Third part of the event generator: takes a word apart, one event a cycle."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.streams.records import InputKind
from firstspike.hw.codes.word_decoder import EventDecoder
from firstspike.hw.layouts import Event, EventWord, candidates


class EventExtractor(wiring.Component):
    """Picks the lowest candidate of the word in hand; the weight row that belongs to it follows in the next cycle.

    Parameters
    ----------
    config : HardwareConfig

    Attributes
    ----------
    kind : Signal(InputKind), in
    word : stream of EventWord, in
    event : stream of Event, out
    busy : Signal, out
    """

    def __init__(self, config):
        self._config = config
        super().__init__(
            {
                "kind": In(InputKind),
                "word": In(stream.Signature(EventWord(config))),
                "event": Out(stream.Signature(Event(config))),
                "busy": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        config = self._config
        m.submodules.event_decoder = decoder = EventDecoder(config)
        picked_free = Signal()
        m.d.comb += picked_free.eq(~self.event.valid | self.event.ready)

        word = Signal(EventWord(config))
        have_word = Signal()
        others = Signal(candidates(config))
        last_of_word = Signal()
        m.d.comb += [
            others.eq(word.candidates & (word.candidates - 1)),
            last_of_word.eq(word.events <= 1),
            decoder.kind.eq(self.kind),
            decoder.chosen.eq(word.candidates & ~others),
            decoder.payload.eq(word.payload),
            self.word.ready.eq(~have_word | (picked_free & last_of_word)),
        ]
        with m.If(self.word.valid & self.word.ready):
            m.d.sync += [word.eq(self.word.payload), have_word.eq(1)]
        with m.Elif(have_word & picked_free):
            m.d.sync += [word.candidates.eq(others), word.events.eq(word.events - 1)]
            with m.If(last_of_word):
                m.d.sync += have_word.eq(0)

        first = Signal(init=1)  # the next event is the first of its visit
        channel = Signal.like(decoder.channel)
        picked = Signal(Event(config))  # its row is that of the word until the channel is added
        with m.If(picked_free):
            m.d.sync += self.event.valid.eq(have_word)
        with m.If(picked_free & have_word):
            m.d.sync += [
                first.eq(last_of_word & word.last),
                channel.eq(decoder.channel),
                picked.is_event.eq(word.events != 0),
                picked.row_address.eq(word.row_address),
                picked.row_count.eq(word.row_count),
                picked.event_time.eq(decoder.event_time),
                picked.negative.eq(decoder.negative),
                picked.first.eq(first),
                picked.last.eq(last_of_word & word.last),
                picked.visit.eq(word.visit),
            ]

        row = Signal(range(config.ring_rows + (1 << len(channel))))
        m.d.comb += [
            row.eq(picked.row_address + channel),
            self.event.payload.eq(picked),
            self.event.payload.row_address.eq(Mux(row >= config.ring_rows, row - config.ring_rows, row)),
            self.event.payload.row_count.eq(picked.row_count + channel),
            self.busy.eq(have_word | self.event.valid),
        ]
        return m
