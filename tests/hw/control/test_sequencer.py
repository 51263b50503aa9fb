import random
from collections import deque

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams import records
from firstspike.golden.streams.records import ErrorCode, Opcode
from firstspike.hw.control.sequencer import Sequencer
from firstspike.hw.layouts import LAYER, PASS
from firstspike.hw.loader.loader import COMMAND_BITS
from tests.hw.cases import random_case
from tests.hw.processor_bench import record_places
from tests.hw.stream_devices import simulate

NETWORK_WORDS = 1234


class Surroundings:
    """Loader, event generators, encoder and counters around a sequencer, and the checks of what it does.

    The generators finish passes after random times; weights and parameters arrive at random times.
    """

    def __init__(self, config, commands, image_length, choose):
        self.config, self.choose, self.image_length = config, choose, image_length
        self.commands = deque(commands)
        self.sequencer = Sequencer(config)
        self.held = [deque() for _ in range(config.clusters)]  # numbers of the passes that a generator has taken
        self.pass_ends = []  # per pass the groups that have not finished it, and the rows up to its end
        self.rows_loaded = self.rows_promised = 0
        self.groups_loaded = self.groups_promised = 0
        self.rows_started = self.groups_started = 0
        self.opened = []  # pass number that opened each group
        self.freed = self.released = self.slot_busy_before = 0
        self.counters_busy = 0
        self.snapshots = self.images_released = 0
        self.layer, self.run_index, self.clears = None, None, 0
        self.summaries = []
        self.cycle = self.begun = 0
        self.quiet = False  # in the cycle before

    def present(self, ctx):
        """Sets the inputs of this cycle."""
        sequencer, choose = self.sequencer, self.choose
        self.offered = bool(self.commands) and choose.random() < 0.7
        opcode, values = self.commands[0] if self.commands else (None, None)
        ctx.set(sequencer.command.valid, self.offered)
        if self.offered:
            ctx.set(sequencer.command.payload, self.command_bits(opcode, values))
            if opcode == Opcode.PASS:
                self.groups_promised = self.groups_started + values["has_parameters"]
        self.ready = sum((len(held) < 2 and choose.random() < 0.7) << g for g, held in enumerate(self.held))
        self.done = sum((bool(held) and choose.random() < 0.1) << g for g, held in enumerate(self.held))
        self.encoder_busy = choose.random() < 0.3
        self.slot_busy = choose.getrandbits(PARAMETER_SLOTS) & choose.getrandbits(PARAMETER_SLOTS)
        self.rows_loaded += self.rows_loaded < self.rows_promised and choose.random() < 0.5
        self.groups_loaded += self.groups_loaded < self.groups_promised and choose.random() < 0.3
        self.counters_busy = max(0, self.counters_busy - 1)
        self.image_complete = choose.random() < 0.1
        self.summary_ready = choose.random() < 0.5
        for name, value in {
            "pass_ready": self.ready,
            "pass_done": self.done,
            "generators_busy": sum(bool(held) << g for g, held in enumerate(self.held)),
            "encoder_busy": self.encoder_busy,
            "slot_busy": self.slot_busy,
            "rows_loaded": self.rows_loaded % (1 << len(sequencer.rows_loaded)),
            "groups_loaded": self.groups_loaded % (1 << len(sequencer.groups_loaded)),
            "counters_busy": self.counters_busy > 0,
            "image_complete": self.image_complete,
            "image_length": self.image_length,
        }.items():
            ctx.set(getattr(sequencer, name), value)
        ctx.set(sequencer.summary.ready, self.summary_ready)

    def command_bits(self, opcode, values):
        if opcode == Opcode.END:
            return Opcode.END | NETWORK_WORDS << 8
        return records.pack(records.FIELDS[opcode], values) % (1 << COMMAND_BITS)

    async def step(self, ctx):
        sequencer = self.sequencer
        self.present(ctx)
        (
            _,
            _,
            taken,
            pass_valid,
            pass_,
            layer,
            run_index,
            freed,
            released,
            snapshot,
            clear,
            release,
            summary_valid,
            summary,
            error,
        ) = await ctx.tick().sample(
            sequencer.command.ready,
            sequencer.pass_valid,
            sequencer.pass_,
            sequencer.layer,
            sequencer.run_index,
            sequencer.rows_freed,
            sequencer.groups_released,
            sequencer.snapshot,
            sequencer.clear,
            sequencer.image_release,
            sequencer.summary.valid,
            sequencer.summary.payload,
            sequencer.error,
        )
        assert error == 0
        self.check_freed(freed, released)
        command = self.commands.popleft() if self.offered and taken else None
        assert bool(pass_valid) == (command is not None and command[0] == Opcode.PASS)
        self.clears += clear
        assert clear == (command is not None and command[0] == Opcode.START)
        quiet, self.quiet = self.quiet, not (any(self.held) or self.encoder_busy or self.counters_busy)
        if snapshot:
            assert quiet and command[0] in (Opcode.LAYER, Opcode.END)
            self.snapshots += 1
            self.counters_busy = self.choose.randrange(1, 30)
        assert release == (snapshot and self.layer["release_image"])
        self.images_released += release
        for group, held in enumerate(self.held):
            if self.done >> group & 1:
                self.pass_ends[held.popleft()][0].remove(group)
        if command is not None:
            self.take(command, pass_valid, pass_, layer, run_index, quiet)
        if summary_valid and self.summary_ready:
            assert self.counters_busy == 0
            self.summaries.append({name: getattr(summary, name) for name in summary.shape().members})
        self.cycle += 1

    def take(self, command, pass_valid, pass_, layer, run_index, quiet):
        opcode, values = command
        if opcode == Opcode.START:
            self.begun, self.run_index = self.cycle, -1
        if opcode == Opcode.LAYER:
            assert quiet
            self.layer, self.run_index = values, self.run_index + 1
        if opcode == Opcode.END:
            assert quiet
            self.ended = self.cycle
        if opcode == Opcode.PASS:
            self.take_pass(values, pass_valid, pass_, layer, run_index)

    def take_pass(self, values, pass_valid, pass_, layer, run_index):
        groups = range(1 << self.layer["split_log2"])
        assert pass_valid == sum(1 << g for g in groups) == pass_valid & self.ready
        assert {name: getattr(layer, name) for name in LAYER.members} == self.layer
        assert run_index == self.run_index
        assert {name: getattr(pass_.fields, name) for name in PASS.members} == values
        assert pass_.row_address == self.rows_started % self.config.ring_rows
        assert pass_.row_count == self.rows_started % (1 << len(self.sequencer.pass_.row_count))
        number = len(self.pass_ends)
        if values["has_parameters"]:
            self.groups_started += 1
            self.opened.append(number)
            assert self.groups_loaded >= self.groups_started, "a group whose parameters have not arrived"
        assert pass_.slot == (self.groups_started - 1) % PARAMETER_SLOTS
        self.rows_started += values["rows"]
        self.rows_promised = self.rows_started
        self.pass_ends.append((set(groups), self.rows_started))
        for g in groups:
            self.held[g].append(number)

    def check_freed(self, freed, released):
        """Follows the running numbers, which are modulo their width: never more may be freed than is done with."""
        finished = 0
        while finished < len(self.pass_ends) and not self.pass_ends[finished][0]:
            finished += 1
        usable = min(self.pass_ends[finished - 1][1] if finished else 0, self.rows_loaded)
        self.freed = self.freed + (freed - self.freed) % (1 << len(self.sequencer.rows_freed))
        assert self.freed <= usable, "rows freed that a pass still needs, or that have not arrived"
        before = self.released
        self.released += (released - self.released) % (1 << len(self.sequencer.groups_released))
        if self.released != before:
            opened = sum(number < finished for number in self.opened)
            assert self.released == before + 1 < opened
            assert not self.slot_busy_before >> before % PARAMETER_SLOTS & 1
        self.slot_busy_before = self.slot_busy


def commands_of(case, runs=1):
    return [
        (opcode, values) for _ in range(runs) for _, opcode, values in record_places(case.stream, case.schedule.config)
    ]


@pytest.mark.parametrize(
    "case",
    [random_case(1, PRESETS["tiny"]), random_case(15), random_case(27), random_case(34)],
    ids=["tiny 1", "random 15", "random 27", "random 34"],
)
def test_commands_are_executed_in_order_and_free_what_they_used(case):
    """The same network twice; `Surroundings` checks every cycle."""
    commands = commands_of(case, runs=2)
    layers = [values for opcode, values in commands if opcode == Opcode.LAYER]
    length = layers[0]["in_image_stride"]
    around = Surroundings(case.schedule.config, commands, length, random.Random(1))
    sequencer = around.sequencer

    async def bench(ctx):
        for run in (1, 2):
            while len(around.summaries) < run:
                await around.step(ctx)
                if around.cycle == around.begun + 2:
                    assert ctx.get(sequencer.running)
            images = sum(layer["release_image"] for layer in layers) // 2
            assert around.summaries[-1] == {
                "network_words": NETWORK_WORDS,
                "image_words": images * length,
                "cycles": around.ended - around.begun,
            }
            assert not ctx.get(sequencer.running)
            assert (around.snapshots, around.clears) == (len(layers) // 2 * run, run)
        for _ in range(5):
            await around.step(ctx)
        assert around.freed == around.rows_started, "every row is freed in the end"

    simulate(sequencer, bench, most_cycles=200_000)


@pytest.mark.parametrize(
    "inputs", [{"image_complete": 1, "image_length": 3}, {"image_overflow": 1}], ids=["another length", "overflow"]
)
def test_a_wrong_image_is_an_error(inputs):
    case = random_case(1, PRESETS["tiny"])
    around = Surroundings(case.schedule.config, commands_of(case)[:2], 0, random.Random(1))
    sequencer = around.sequencer

    async def bench(ctx):
        for opcode, values in around.commands:
            ctx.set(sequencer.command.valid, 1)
            ctx.set(sequencer.command.payload, around.command_bits(opcode, values))
            await ctx.tick().until(sequencer.command.ready)
        ctx.set(sequencer.command.valid, 0)
        await ctx.tick().repeat(10)
        assert not ctx.get(sequencer.error)
        for name, value in inputs.items():
            ctx.set(getattr(sequencer, name), value)
        await ctx.tick().repeat(2)
        for name in inputs:
            ctx.set(getattr(sequencer, name), 0)
        await ctx.tick().repeat(5)
        assert ctx.get(sequencer.error) == ErrorCode.IMAGE_LENGTH

    simulate(sequencer, bench)
