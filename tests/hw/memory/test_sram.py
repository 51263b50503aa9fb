import random

import pytest
from amaranth.sim import Simulator

from firstspike.hw.memory.sram import Sram


def simulate(sram, bench):
    simulator = Simulator(sram)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()


@pytest.mark.parametrize("width, depth", [(1, 1), (5, 2), (13, 7), (640, 16)])
def test_rows_written_are_read_and_held(width, depth):
    sram = Sram(width, depth)

    async def bench(ctx):
        choose = random.Random(width)
        rows = {}
        expected = None
        for _ in range(400):
            read, write = choose.randrange(depth), choose.randrange(depth)
            data = choose.getrandbits(width)
            read_enable = choose.random() < 0.5 and read in rows
            write_enable = choose.random() < 0.5 and not (read_enable and read == write)
            ctx.set(sram.read_enable, read_enable)
            ctx.set(sram.read_address, read)
            ctx.set(sram.write_enable, write_enable)
            ctx.set(sram.write_address, write)
            ctx.set(sram.write_data, data)
            if read_enable:
                expected = rows[read]
            if write_enable:
                rows[write] = data
            await ctx.tick()
            if expected is not None:
                assert ctx.get(sram.read_data) == expected
        assert len(rows) == depth

    simulate(sram, bench)


def test_reading_the_row_being_written_is_an_error():
    sram = Sram(8, 4)

    async def bench(ctx):
        for port in (sram.read_address, sram.write_address):
            ctx.set(port, 2)
        for port in (sram.read_enable, sram.write_enable):
            ctx.set(port, 1)
        await ctx.tick()

    with pytest.raises(AssertionError, match="address 2 read and written in one cycle"):
        simulate(sram, bench)


def test_contents_before_the_first_write_are_not_zero():
    sram = Sram(64, 8)

    async def bench(ctx):
        ctx.set(sram.read_enable, 1)
        for address in range(8):
            ctx.set(sram.read_address, address)
            await ctx.tick()
            assert ctx.get(sram.read_data) != 0

    simulate(sram, bench)


@pytest.mark.parametrize(
    "width, depth, message",
    [
        (0, 4, "width of a memory must be a positive integer, not 0"),
        (4, 0, "depth of a memory must be a positive integer, not 0"),
        (4, 1.5, "depth of a memory must be a positive integer, not 1.5"),
    ],
)
def test_bad_geometry_is_named(width, depth, message):
    with pytest.raises(ValueError, match=message):
        Sram(width, depth)
