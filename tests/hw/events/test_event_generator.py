import random
from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from firstspike.golden import formats
from firstspike.golden.codes import pixel_digits, pixel_spikes, ttfs
from firstspike.golden.config import IMAGE_STREAM_BITS, PRESETS, HardwareConfig
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams.record_values import layer_record, pass_record
from firstspike.golden.streams.records import InputKind
from firstspike.hw.events.event_generator import EventGenerator
from firstspike.hw.events.event_issue import Activity, EventIssue
from firstspike.hw.layouts import row_count_bits
from tests.hw.cases import random_case
from tests.hw.stream_devices import simulate
from tests.hw.walk import visits

CASES = {"tiny 1": random_case(1, PRESETS["tiny"]), "tiny 2": random_case(2, PRESETS["tiny"])}
CASES |= {f"random {seed}": random_case(seed) for seed in (15, 34, 66)}


def neurons(case, run, word):
    """Spike words, or pixels, of an input word."""
    count = case.schedule.input_word_neurons(run)
    values, missing = (case.images, 0) if run.layer == 0 else (case.evaluation.spikes[run.layer - 1], ttfs.SILENT)
    values = values[run.first_image + word.image, word.first_channel : word.first_channel + count, word.y, word.x]
    return [*values.tolist(), *[missing] * (count - len(values))]


def events(kind, values, time_steps):
    """[(channel in the word, time, negative)]"""
    if kind == InputKind.PIXEL_DIGITS:
        digits = pixel_digits.digits(np.array(values, np.uint8))
        return [(p, pixel_digits.digit_time(b), int(digits[p, b] < 0)) for p, b in np.argwhere(digits)]
    times = values if kind == InputKind.SPIKES else [pixel_spikes.spike_time(pixel, time_steps) for pixel in values]
    return [(n, time, 0) for n, time in enumerate(times) if time != ttfs.SILENT]


class Sweep:
    """A pass of one cluster group: the command that starts it and the slots that must follow.

    Attributes
    ----------
    command : dict
    slots : list of dict
        Besides the fields of `Slot` the weight row counted from the pass's first, and what must be drained.
    memory : dict of int to int
        Words to be read, by address.
    """

    def __init__(self, case, run, pass_, group, row_address, row_count, slot):
        config = case.schedule.config
        self.rows, self.row_count = pass_.rows, row_count
        self.command = {
            "fields": pass_record(case.network, case.schedule, run, pass_),
            "row_address": row_address,
            "row_count": row_count % (1 << row_count_bits(config)),
            "slot": slot,
        }
        self.memory = {}
        self.slots = []
        kind = layer_record(case.network, case.schedule, run)["input_kind"]
        bits = formats.SPIKE_BITS if kind == InputKind.SPIKES else formats.PIXEL_BITS
        for visit in visits(case, run, pass_, group):
            found = []
            for word in visit.words:
                if word.address is not None:
                    values = neurons(case, run, word)
                    self.memory[word.address] = sum(value << bits * n for n, value in enumerate(values))
                    found += [
                        (word.row + n, time, negative) for n, time, negative in events(kind, values, config.time_steps)
                    ]
            drained = {
                "out_address": visit.out_address,
                "window_first": int(visit.window_first),
                "window_last": int(visit.window_last),
                "slot": slot,
                "first_channel": pass_.first_channel,
                "channels": pass_.channels,
                "image": visit.image,
            }
            common = {"load": int(not pass_.first_chunk), "drain": int(pass_.last_chunk)}
            if not (pass_.first_chunk and pass_.last_chunk):
                common["partial_sum"] = visit.number
            for row, time, negative in found:
                self.slots.append(
                    {
                        "is_event": 1,
                        "row": row,
                        "row_address": (row_address + row) % config.ring_rows,
                        "event_time": time,
                        "negative": negative,
                        "first": 0,
                        "last": 0,
                        **common,
                    }
                )
            if not found:
                self.slots.append({"is_event": 0, "first": 0, "last": 0, **common})
            self.slots[-len(found) or -1]["first"] = 1
            self.slots[-1] |= {"last": 1, "drained": drained}


class Surroundings:
    """Memory, weight ring and drain of an event generator, and the checks of what it does in every cycle."""

    def __init__(self, generator, config, choose, stall):
        self.generator, self.config, self.choose, self.stall = generator, config, choose, stall
        self.rows_loaded = 0
        self.memory = {}
        self.word = 0  # read in the last cycle, arrives after the next one
        self.unsent = deque()  # still to be sent
        self.running = deque()  # sent; their slots are awaited
        self.ending = deque()  # (cycle of the last slot or None) of passes that must still report pass_done
        self.stored = {}  # partial sum -> cycle of the last slot of the visit that stores it
        self.cycle = 0
        self.issued = 0

    async def run(self, ctx):
        """Until all passes are done."""
        while self.unsent or self.running or self.ending:
            await self.step(ctx)

    async def step(self, ctx):
        generator, choose = self.generator, self.choose
        if self.unsent:
            ctx.set(generator.pass_.payload, self.unsent[0].command)
        ctx.set(generator.pass_.valid, bool(self.unsent))
        ctx.set(generator.read_grant, choose.random() >= self.stall)
        drain_ready = choose.random() >= self.stall
        ctx.set(generator.drain_ready, drain_ready)
        if self.rows_loaded < self.needed_rows() and choose.random() >= self.stall:
            self.rows_loaded += 1
        ctx.set(generator.rows_loaded, self.rows_loaded % (1 << len(generator.rows_loaded)))

        _, _, request, grant, address, slot_valid, slot, drained, done, activity, accepted = await ctx.tick().sample(
            generator.read_request,
            generator.read_grant,
            generator.read_address,
            generator.slot_valid,
            generator.slot,
            generator.drained,
            generator.pass_done,
            generator.activity,
            generator.pass_.ready,
        )
        assert (activity == Activity.EVENT) == (slot_valid and slot.is_event)
        assert (activity == Activity.EMPTY_VISIT) == (slot_valid and not slot.is_event)
        if done:
            last_slot = self.ending.popleft()
            assert last_slot is None or self.cycle == last_slot + EventIssue.STORE_LATENCY
        if slot_valid:
            self.check_slot(slot, drained, drain_ready)
        if accepted and self.unsent:
            pass_ = self.unsent.popleft()
            self.running.append((pass_, deque(pass_.slots)))
            self.memory |= pass_.memory
        while self.running and not self.running[0][1]:
            # The last slot was issued in this cycle, or the group has no unit in the pass.
            pass_, _ = self.running.popleft()
            self.ending.append(self.cycle if pass_.slots else None)
        ctx.set(generator.spike_word, self.word % (1 << self.config.spike_word_bits))
        ctx.set(generator.pixel_word, self.word % (1 << IMAGE_STREAM_BITS))
        self.word = self.memory[address] if request and grant else choose.getrandbits(64)
        self.cycle += 1

    def needed_rows(self):
        """Rows up to the end of the oldest pass; a later one gets no room before."""
        waiting = [pass_ for pass_, _ in self.running] + list(self.unsent)
        return waiting[0].row_count + waiting[0].rows if waiting else self.rows_loaded

    def check_slot(self, slot, drained, drain_ready):
        pass_, slots = self.running[0]
        expected = slots.popleft()
        fields = [name for name in slot.shape().members if name in expected]
        assert {name: getattr(slot, name) for name in fields} == {name: expected[name] for name in fields}
        assert drained.channels == pass_.command["fields"]["channels"]
        if expected["is_event"]:
            assert pass_.row_count + expected["row"] < self.rows_loaded, "an event before its weight row"
        if expected["last"] and expected["drain"]:
            assert drain_ready
            assert {name: getattr(drained, name) for name in expected["drained"]} == expected["drained"]
        elif expected["last"]:
            self.stored[expected["partial_sum"]] = self.cycle
        if expected["first"] and expected["load"]:
            stored = self.stored[expected["partial_sum"]]
            assert self.cycle >= stored + EventIssue.LOAD_AFTER_STORE, "a partial sum that is not stored yet"
        self.issued += 1


@pytest.mark.parametrize("stall", [0, 0.3])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_slots_are_the_events_of_each_pass_in_order(case, stall):
    config = case.schedule.config
    generator = EventGenerator(config)
    choose = random.Random(stall)

    async def bench(ctx):
        around = Surroundings(generator, config, choose, stall)
        row_address = 0
        for run in case.schedule.runs:
            # few units, so that stores and loads follow closely
            most_units = choose.choice([1, run.split, 2 * run.split, 6 * run.split])
            passes = [replace(pass_, units=min(pass_.units, most_units)) for pass_ in run.passes[:4]]
            ctx.set(generator.layer, layer_record(case.network, case.schedule, run))
            await ctx.tick()  # a pass never follows its layer at once
            for group in range(run.split):
                ctx.set(generator.group, group)
                row_count = around.rows_loaded
                for pass_ in passes:
                    around.unsent.append(
                        Sweep(case, run, pass_, group, row_address, row_count, choose.randrange(PARAMETER_SLOTS))
                    )
                    row_address = (row_address + pass_.rows) % config.ring_rows
                    row_count += pass_.rows
                await around.run(ctx)
                around.rows_loaded = row_count
                assert not ctx.get(generator.busy)
        assert around.issued > 50

    simulate(generator, bench, most_cycles=100_000)


def test_one_event_a_cycle_without_a_gap():
    """Words of two and more events keep the array busy across words and taps."""
    config = HardwareConfig(
        name="test",
        lanes=8,
        clusters=1,
        ring_rows=512,
        encoders=1,
        word_neurons=8,
        spike_words=512,
        image_words=2,
        network_bits=32,
    )
    generator = EventGenerator(config)
    layer = {
        "kernel_h": 3,
        "kernel_w": 3,
        "in_h": 3,
        "in_w": 3,
        "in_words": 4,
        "in_row_stride": 12,
        "in_image_stride": 36,
        "units_h": 1,
        "units_w": 1,
        "out_words": 1,
        "images": 1,
    }
    pass_ = {
        "first_chunk": 1,
        "last_chunk": 1,
        "channels": 8,
        "words": 4,
        "tail_rows": 8,
        "rows_per_tap": 32,
        "rows": 288,
        "units": 1,
    }
    choose = random.Random(1)

    async def bench(ctx):
        ctx.set(generator.layer, layer)
        await ctx.tick()
        ctx.set(generator.pass_.payload, {"fields": pass_, "row_address": 0, "row_count": 0, "slot": 0})
        ctx.set(generator.pass_.valid, 1)
        ctx.set(generator.read_grant, 1)
        ctx.set(generator.drain_ready, 1)
        ctx.set(generator.rows_loaded, 288)
        sent, issued, word = 0, [], 0
        while True:
            _, _, read, valid, last = await ctx.tick().sample(
                generator.read_request, generator.slot_valid, generator.slot.last
            )
            ctx.set(generator.pass_.valid, 0)
            ctx.set(generator.spike_word, word)
            issued.append(valid)
            if valid and last:
                break
            if read:
                spiking = choose.sample(range(8), choose.randrange(2, 5))
                sent += len(spiking)
                word = sum((5 if n in spiking else ttfs.SILENT) << 5 * n for n in range(8))
        assert sum(issued) == sent
        assert all(issued[issued.index(1) :])

    simulate(generator, bench)
