import random
from dataclasses import replace

import pytest

from firstspike.golden.config import ADDRESS_BITS, PRESETS
from firstspike.golden.geometry import MAX_2X2
from firstspike.golden.microarchitecture import PARAMETER_SLOTS
from firstspike.golden.streams.record_values import layer_record, pass_record
from firstspike.hw.events.position_walker import PositionWalker
from firstspike.hw.layouts import row_count_bits
from tests.hw.cases import random_case
from tests.hw.stream_devices import receive, send, simulate
from tests.hw.walk import visits

CASES = {"tiny 1": random_case(1, PRESETS["tiny"]), "tiny 4": random_case(4, PRESETS["tiny"])}
CASES |= {f"random {seed}": random_case(seed) for seed in (10, 19, 34)}


def expected_steps(case, run, pass_, group, command):
    """Steps of a pass as dicts; fields that mean nothing are missing."""
    config = case.schedule.config
    steps = []
    for visit in visits(case, run, pass_, group):
        for word in visit.words:
            step = {
                "read": int(word.address is not None),
                "row_address": (command["row_address"] + word.row) % config.ring_rows,
                "row_count": (command["row_count"] + word.row) % (1 << row_count_bits(config)),
                "last": int(word is visit.words[-1]),
                "load": int(not pass_.first_chunk),
                "drain": int(pass_.last_chunk),
                "nothing": 0,
                "first_of_pass": int(visit.number == 0),
                "last_of_pass": int(visit.last),
                "out_address": visit.out_address,
                "window_first": int(visit.window_first),
                "window_last": int(visit.window_last),
                "slot": command["slot"],
                "first_channel": pass_.first_channel,
                "channels": pass_.channels,
                "image": visit.image,
            }
            if word.address is not None:
                step["address"] = word.address
            if not (pass_.first_chunk and pass_.last_chunk):
                step["partial_sum"] = visit.number
            steps.append(step)
    return steps or [{"read": 0, "last": 1, "load": 0, "drain": 0, "nothing": 1, "last_of_pass": 1}]


def fields(step):
    """All fields of a WalkStep in one dict."""
    values = {}
    for holder in (step, step.visit, step.visit.drained):
        values |= {name: getattr(holder, name) for name in holder.shape().members}
    return values


def some_passes(case, choose):
    """(run, pass) of some passes of each layer run, cut to random tiles of a few units."""
    chosen = []
    for run in case.schedule.runs:
        for pass_ in choose.sample(run.passes, min(3, len(run.passes))):
            first = choose.randrange(pass_.units)
            units = min(choose.randint(1, 12), pass_.units - first)
            chosen.append((run, replace(pass_, first_unit=pass_.first_unit + first, units=units)))
    return chosen


@pytest.mark.parametrize("stall", [0, 0.4])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_steps_are_those_of_a_walk_by_coordinates(case, stall):
    config = case.schedule.config
    walker = PositionWalker(config)
    choose = random.Random(stall)

    async def bench(ctx):
        for run, pass_ in some_passes(case, choose):
            ctx.set(walker.layer, layer_record(case.network, case.schedule, run))
            await ctx.tick()  # a pass never follows its layer at once
            for group in range(run.split):
                ctx.set(walker.group, group)
                command = {
                    "row_address": choose.randrange(config.ring_rows),
                    "row_count": choose.getrandbits(row_count_bits(config)),
                    "slot": choose.randrange(PARAMETER_SLOTS),
                }
                expected = expected_steps(case, run, pass_, group, command)
                await send(
                    ctx,
                    walker.pass_,
                    [{"fields": pass_record(case.network, case.schedule, run, pass_), **command}],
                    choose,
                    stall,
                )
                assert ctx.get(walker.busy)
                for got, step in zip(await receive(ctx, walker.step, len(expected), choose, stall), expected):
                    assert {name: fields(got)[name] for name in step} == step
                assert not ctx.get(walker.busy) and not ctx.get(walker.step.valid)

    simulate(walker, bench, most_cycles=100_000)


def test_the_walks_meet_every_feature():
    walks = [(case, run, pass_) for case in CASES.values() for run, pass_ in some_passes(case, random.Random(0))]
    records = [pass_record(case.network, case.schedule, run, pass_) for case, run, pass_ in walks]
    assert {run.split for _, run, _ in walks} == {1, 2, 4}
    assert {case.network.layers[run.layer].pool for case, run, _ in walks} == {None, MAX_2X2}
    assert {case.network.layers[run.layer].window.stride for case, run, _ in walks} == {1, 2}
    assert {pass_.first_chunk for *_, pass_ in walks} == {pass_.last_chunk for *_, pass_ in walks} == {False, True}
    assert any(record["image_base"] > 1 << ADDRESS_BITS - 1 for record in records), "taps before the first map"
    assert all(any(record[start] for record in records) for start in ("start_x", "start_y", "start_image"))
    assert any(pass_.units < run.split for _, run, pass_ in walks), "a cluster group without a unit"
    assert any(record["out_address"] for record in records)
