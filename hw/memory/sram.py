"""The one place where every memory of the processor is made."""

import random

from amaranth.hdl import Assert, ClockSignal, Format, Instance, Module
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from firstspike.golden.config import bits_for


class VerilogPlatform:
    """Amaranth platform that turns each `Sram` into an instance of the hand-written module `firstspike_sram`."""


class Sram(wiring.Component):
    """Memory with one write port and one synchronous read port; the place to swap in an SRAM macro.

    The contents are undefined until written (the simulation starts with arbitrary ones). `read_data` is valid one
    cycle after `read_enable` and holds its value while `read_enable` is low. Reading the address that is being
    written is forbidden, because macros disagree about the outcome; the simulation asserts it.

    Parameters
    ----------
    width : int
        Bits of a row, at least 1.
    depth : int
        Rows, at least 1.

    Members
    -------
    write_enable, write_address, write_data : In
        The row `write_address` becomes `write_data` at the clock edge.
    read_enable, read_address : In
        The row to be read at the clock edge.
    read_data : Out
        The row read last.

    Raises
    ------
    ValueError
        `width` or `depth` is not a positive integer.
    """

    def __init__(self, width, depth):
        for name, value in (("width", width), ("depth", depth)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} of a memory must be a positive integer, not {value!r}")
        self.width = width
        self.depth = depth
        address_bits = bits_for(depth)
        super().__init__(
            {
                "write_enable": In(1),
                "write_address": In(address_bits),
                "write_data": In(width),
                "read_enable": In(1),
                "read_address": In(address_bits),
                "read_data": Out(width),
            }
        )

    def elaborate(self, platform):
        if isinstance(platform, VerilogPlatform):
            return self._macro()
        return self._model()

    def _macro(self):
        return Instance(
            "firstspike_sram",
            p_DEPTH=self.depth,
            p_WIDTH=self.width,
            i_clk=ClockSignal(),
            i_write_enable=self.write_enable,
            i_write_address=self.write_address,
            i_write_data=self.write_data,
            i_read_enable=self.read_enable,
            i_read_address=self.read_address,
            o_read_data=self.read_data,
        )

    def _model(self):
        m = Module()
        # Contents that look like nothing in particular, so that a reader of a row never written is found out.
        arbitrary = random.Random(self.width * self.depth)
        m.submodules.rows = rows = memory.Memory(
            shape=self.width, depth=self.depth, init=[arbitrary.getrandbits(self.width) for _ in range(self.depth)]
        )
        write = rows.write_port()
        read = rows.read_port()
        m.d.comb += [
            write.en.eq(self.write_enable),
            write.addr.eq(self.write_address),
            write.data.eq(self.write_data),
            read.en.eq(self.read_enable),
            read.addr.eq(self.read_address),
            self.read_data.eq(read.data),
        ]
        with m.If(self.write_enable & self.read_enable):
            m.d.sync += Assert(
                self.write_address != self.read_address,
                Format("address {} read and written in one cycle", self.write_address),
            )
        return m
