import random

import pytest
from amaranth.hdl import Value

from firstspike.golden import formats
from firstspike.golden.config import PRESETS
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import Opcode
from firstspike.hw.loader.loader import COMMAND_BITS, Loader
from tests.hw.cases import random_case
from tests.hw.processor_bench import network_beats
from tests.hw.stream_devices import send, simulate
from tests.stream_walker import StreamReader


class Expected:
    """What a network stream holds, in order.

    Attributes
    ----------
    commands : list of int
    parameters : list of (group, row of the group, data)
    rows : list of (number of commands before it, data)
        A weight row as the clusters get it.
    """

    def __init__(self, stream, config, runs):
        self.commands, self.parameters, self.rows = [], [], []
        self.config = config
        self.groups = 0
        for _ in range(runs):
            reader = StreamReader(stream, config.network_bits)
            while not reader.at_end:
                self._section(reader)

    def _section(self, reader):
        record = reader.record()
        opcode = record["opcode"]
        if opcode == Opcode.END:
            words = reader.position * 8 // self.config.network_bits
            self.commands.append(Opcode.END | words << 8)
            return
        self.commands.append(records.pack(records.FIELDS[opcode], record) % (1 << COMMAND_BITS))
        if opcode == Opcode.LAYER:
            self.split = 1 << record["split_log2"]
        if opcode == Opcode.PASS:
            lanes = self.config.lanes // self.split
            if record["has_parameters"]:
                rows = pieces(reader, self.config.parameter_row_bits, lanes // self.config.encoders)
                self.parameters += [(self.groups, number, row) for number, row in enumerate(rows)]
                self.groups += 1
            for row in pieces(reader, lanes * formats.WEIGHT_BITS, record["rows"]):
                self.rows.append((len(self.commands), self._for_clusters(row)))

    def _for_clusters(self, row):
        bits = self.config.cluster_row_bits
        return sum((row >> c // self.split * bits) % (1 << bits) << c * bits for c in range(self.config.clusters))


def pieces(reader, bits, count):
    """The pieces of equal size in the next section."""
    section = reader.section(bits * count)
    return [section >> bits * index & (1 << bits) - 1 for index in range(count)]


@pytest.mark.parametrize("stall", [0, 0.3])
@pytest.mark.parametrize(
    "case",
    [random_case(1, PRESETS["tiny"]), random_case(15), random_case(27), random_case(34)],
    ids=["tiny 1", "random 15", "random 27", "random 34"],
)
def test_records_parameters_and_weights_go_to_their_places(case, stall):
    """Two runs of the same stream, with an array that takes commands, frees rows and releases groups now and then."""
    config = case.schedule.config
    loader = Loader(config)
    beats = [{"data": word, "last": last} for word, last in network_beats(case.stream, config)] * 2
    expected = Expected(case.stream, config, runs=2)
    rows_per_group = config.lanes // config.encoders

    async def source(ctx):
        await send(ctx, loader.net, beats, random.Random(1), stall)

    async def array(ctx):
        choose = random.Random(2)
        commands = parameters = rows = 0
        freed = released = 0
        while (commands, parameters, rows) != (len(expected.commands), len(expected.parameters), len(expected.rows)):
            ready = choose.random() >= stall
            ctx.set(loader.command.ready, ready)
            ctx.set(loader.rows_freed, freed % (1 << len(loader.rows_freed)))
            ctx.set(loader.groups_released, released % (1 << len(loader.groups_released)))
            (
                _,
                _,
                valid,
                command,
                row_write,
                row_address,
                row,
                write,
                address,
                parameter,
                loaded,
                groups,
                error,
            ) = await ctx.tick().sample(
                loader.command.valid,
                Value.cast(loader.command.payload),
                loader.row_write,
                loader.row_address,
                loader.row_data,
                loader.parameter_write,
                loader.parameter_address,
                loader.parameter_data,
                loader.rows_loaded,
                loader.groups_loaded,
                loader.error,
            )
            assert error == 0
            assert loaded == rows % (1 << len(loader.rows_loaded))
            if row_write:
                assert (commands, row) == expected.rows[rows]
                assert row_address == rows % config.ring_rows
                rows += 1
                assert rows - freed <= config.ring_rows, "a row was overwritten before it was freed"
            if write:
                group, number, data = expected.parameters[parameters]
                assert groups == group % (1 << len(loader.groups_loaded))
                assert group - released < PARAMETER_SLOTS, "parameters were overwritten before they were released"
                assert (address, parameter) == (group % PARAMETER_SLOTS * rows_per_group + number, data)
                parameters += 1
            if valid and ready:
                assert command == expected.commands[commands]
                commands += 1
            freed = choose.randint(freed, rows) if choose.random() < 0.05 else freed
            complete = expected.parameters[parameters][0] if parameters < len(expected.parameters) else expected.groups
            released = choose.randint(released, complete) if choose.random() < 0.05 else released
        assert not ctx.get(loader.mid_record)

    simulate(loader, source, array, most_cycles=200_000)


def test_the_stream_must_go_on_in_the_middle_of_a_record():
    config = PRESETS["tiny"]
    loader = Loader(config)

    async def bench(ctx):
        assert not ctx.get(loader.mid_record)
        await send(ctx, loader.net, [{"data": 1, "last": 0}], random.Random(1), 0)
        await ctx.tick().repeat(100)
        assert ctx.get(loader.mid_record)

    simulate(loader, bench)
