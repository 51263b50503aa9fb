"""A small component with everything that the Verilog writer has to cope with."""

from amaranth.hdl import Assert, Cat, Format, Module, Signal
from amaranth.lib import data, memory, stream, wiring
from amaranth.lib.wiring import In, Out

from firstspike.hw.memory.sram import Sram


class Neuron(wiring.Component):
    """Remembers products.

    This paragraph is not part of the summary.
    """

    def __init__(self, factor):
        self._factor = factor
        super().__init__({"time": In(4), "negative": In(1), "product": Out(8)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.products = products = Sram(8, 4)
        m.d.comb += [
            products.write_enable.eq(1),
            products.write_address.eq(self.time[:2]),
            products.write_data.eq(self.time * self._factor + self.negative),
            products.read_enable.eq(1),
            products.read_address.eq(~self.time[:2]),
            self.product.eq(products.read_data),
        ]
        return m


class Group(wiring.Component):
    """Two neurons of one kind, one of another."""

    def __init__(self):
        super().__init__({"i": In(stream.Signature(data.StructLayout({"time": 4, "negative": 1}))), "sum": Out(10)})

    def elaborate(self, platform):
        m = Module()
        event = Signal(self.i.payload.shape())
        neurons = [Neuron(3), Neuron(3), Neuron(5)]
        for index, neuron in enumerate(neurons):
            m.submodules[f"neuron_{index}"] = neuron
            m.d.comb += [neuron.time.eq(event.time), neuron.negative.eq(event.negative)]
        m.submodules.queue = queue = Register(10)
        with m.FSM(name="phase"):
            with m.State("EMPTY"):
                m.d.comb += self.i.ready.eq(1)
                with m.If(self.i.valid):
                    m.d.sync += event.eq(self.i.payload)
                    m.next = "FULL"
            with m.State("FULL"):
                m.next = "EMPTY"
        m.d.comb += [queue.i.eq(sum(neuron.product for neuron in neurons)), self.sum.eq(queue.o)]
        m.d.sync += Assert(queue.o != 1000, Format("sum {}", queue.o))
        return m


class Register(wiring.Component):
    """One register."""

    def __init__(self, width):
        super().__init__({"i": In(width), "o": Out(width)})

    def elaborate(self, platform):
        m = Module()
        m.d.sync += self.o.eq(self.i)
        return m


class Example(wiring.Component):
    """Two equal groups."""

    def __init__(self):
        super().__init__({"events": In(stream.Signature(5)), "sums": Out(20), "last": Out(4)})

    def elaborate(self, platform):
        m = Module()
        groups = [Group(), Group()]
        m.submodules.queue = queue = Register(4)
        for index, group in enumerate(groups):
            m.submodules[f"group_{index}"] = group
            m.d.comb += [group.i.payload.eq(self.events.payload ^ index), group.i.valid.eq(self.events.valid)]
        m.d.comb += [
            self.events.ready.eq(groups[0].i.ready & groups[1].i.ready),
            self.sums.eq(Cat(group.sum for group in groups)),
            queue.i.eq(self.events.payload),
            # Three of the eight positions are behind the end.
            self.last.eq(self.sums.word_select(queue.o[1:], 4)),
        ]
        return m


class WithMemory(wiring.Component):
    """Has a memory that is not in an SRAM wrapper."""

    def __init__(self):
        super().__init__({"o": Out(8)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.table = table = memory.Memory(shape=8, depth=4, init=[])
        m.d.comb += self.o.eq(table.read_port().data)
        return m
