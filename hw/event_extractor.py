"""Third part of the event generator: takes a word apart, one event a cycle."""

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from golden import formats
from golden.records import InputKind
from hw.layouts import Event, EventWord, Visit, candidates, row_address_bits, row_count_bits
from hw.word_decoder import EventDecoder


class EventExtractor(wiring.Component):
    """Two stages: the lowest candidate of the word in hand; the weight row that belongs to it.

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
        super().__init__({
            "kind": In(InputKind),
            "word": In(stream.Signature(EventWord(config))),
            "event": Out(stream.Signature(Event(config))),
            "busy": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        config = self._config
        m.submodules.event_decoder = decoder = EventDecoder(config)
        picked = Signal()           # the first stage's register is full
        picked_free, located_free = Signal(), Signal()
        m.d.comb += [
            located_free.eq(~self.event.valid | self.event.ready),
            picked_free.eq(~picked | located_free),
        ]

        word = Signal(EventWord(config))
        have_word = Signal()
        others = Signal(candidates(config))
        last_of_word = Signal()
        m.d.comb += [
            others.eq(word.candidates & (word.candidates - 1)),
            last_of_word.eq(others == 0),
            decoder.kind.eq(self.kind),
            decoder.chosen.eq(word.candidates & ~others),
            decoder.payload.eq(word.payload),
            self.word.ready.eq(~have_word | (picked_free & last_of_word)),
        ]
        with m.If(self.word.valid & self.word.ready):
            m.d.sync += [word.eq(self.word.payload), have_word.eq(1)]
        with m.Elif(have_word & picked_free):
            m.d.sync += word.candidates.eq(others)
            with m.If(last_of_word):
                m.d.sync += have_word.eq(0)

        first = Signal(init=1)      # the next event is the first of its visit
        channel = Signal.like(decoder.channel)
        event_time, negative = Signal(formats.EVENT_TIME_BITS), Signal()
        row_address, row_count = Signal(row_address_bits(config)), Signal(row_count_bits(config))
        is_event, first_of_visit, last_of_visit = Signal(), Signal(), Signal()
        visit = Signal(Visit(config))
        with m.If(picked_free):
            m.d.sync += picked.eq(have_word)
        with m.If(picked_free & have_word):
            m.d.sync += [
                first.eq(last_of_word & word.last),
                is_event.eq(word.candidates.any()),
                channel.eq(decoder.channel),
                event_time.eq(decoder.event_time),
                negative.eq(decoder.negative),
                row_address.eq(word.row_address),
                row_count.eq(word.row_count),
                first_of_visit.eq(first),
                last_of_visit.eq(last_of_word & word.last),
                visit.eq(word.visit),
            ]

        row = Signal(range(config.ring_rows + (1 << len(channel))))
        m.d.comb += row.eq(row_address + channel)
        event = self.event.payload
        with m.If(located_free):
            m.d.sync += self.event.valid.eq(picked)
        with m.If(located_free & picked):
            m.d.sync += [
                event.is_event.eq(is_event),
                event.row_address.eq(Mux(row >= config.ring_rows, row - config.ring_rows, row)),
                event.row_count.eq(row_count + channel),
                event.event_time.eq(event_time),
                event.negative.eq(negative),
                event.first.eq(first_of_visit),
                event.last.eq(last_of_visit),
                event.visit.eq(visit),
            ]

        m.d.comb += self.busy.eq(have_word | picked | self.event.valid)
        return m
