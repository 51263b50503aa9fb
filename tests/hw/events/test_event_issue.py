import pytest

from firstspike.golden.config import PRESETS
from firstspike.hw.events.event_issue import Activity, EventIssue
from tests.hw.stream_devices import simulate

EVENT = {"is_event": 1, "row_count": 10, "first": 1, "last": 1, "visit": {}}
READY = {"rows_loaded": 11, "drain_ready": 1}


def activities(event, **inputs):
    """(activity, slot issued, next event taken) of the cycle with this event in hand and these inputs."""
    issue = EventIssue(PRESETS["tiny"])

    async def bench(ctx):
        ctx.set(issue.event.valid, event is not None)
        if event is not None:
            ctx.set(issue.event.payload, event)
        for name, value in (READY | inputs).items():
            ctx.set(getattr(issue, name), value)
        await ctx.tick()  # into the register
        _, _, *values = await ctx.tick().sample(issue.activity, issue.slot_valid, issue.event.ready)
        answers.append(tuple(values))

    answers = []
    simulate(issue, bench)
    return answers[0]


@pytest.mark.parametrize(
    "event, inputs, activity",
    [
        (EVENT, {}, Activity.EVENT),
        (EVENT | {"is_event": 0}, {"rows_loaded": 0}, Activity.EMPTY_VISIT),
        (EVENT, {"rows_loaded": 10}, Activity.WAIT_WEIGHTS),
        (EVENT | {"visit": {"drain": 1}}, {"drain_ready": 0}, Activity.WAIT_DRAIN),
        (EVENT | {"last": 0, "visit": {"drain": 1}}, {"drain_ready": 0}, Activity.EVENT),
        (EVENT | {"visit": {"load": 1, "first_of_pass": 1}}, {}, Activity.EVENT),
        (None, {"upstream_busy": 1}, Activity.WAIT_SPIKES),
        (None, {}, Activity.IDLE),
    ],
)
def test_an_event_waits_for_what_it_needs(event, inputs, activity):
    issued = activity in (Activity.EVENT, Activity.EMPTY_VISIT)
    assert activities(event, **inputs)[:2] == (activity, issued)
    if event is not None:
        assert activities(event, **inputs)[2] == issued


def test_a_placeholder_is_taken_without_a_slot():
    assert activities(EVENT | {"is_event": 0, "visit": {"nothing": 1}}) == (Activity.IDLE, 0, 1)


@pytest.mark.parametrize("visit", [{"last_of_pass": 1}, {"last_of_pass": 1, "nothing": 1}])
def test_a_pass_is_done_when_its_last_potential_can_be_read_back(visit):
    """And a visit that loads a stored sum begins just late enough to read it in the cycle after its issue."""
    issue = EventIssue(PRESETS["tiny"])
    stimuli = ["end", *["load"] * 11]
    done, loads = [], []

    async def bench(ctx):
        for name, value in READY.items():
            ctx.set(getattr(issue, name), value)
        ctx.set(issue.event.valid, 1)
        for kind in stimuli:
            fields = visit if kind == "end" else {"load": 1, "first_of_pass": 1}
            ctx.set(issue.event.payload, EVENT | {"last": kind == "end", "visit": fields})
            _, _, slot_valid, pass_done, activity = await ctx.tick().sample(
                issue.slot_valid, issue.pass_done, issue.activity
            )
            done.append(pass_done)
            loads.append(slot_valid)
            assert len(done) == 1 or slot_valid or activity in (Activity.WAIT_PARTIAL_SUMS, Activity.IDLE)

    simulate(issue, bench)
    first = 1  # the first event is in hand one cycle after it has been offered
    assert done.index(1) == first + EventIssue.STORE_LATENCY and sum(done) == 1
    assert loads[first] == ("nothing" not in visit)
    waits = 0 if "nothing" in visit else EventIssue.LOAD_AFTER_STORE - 1
    assert loads[first + 1 :] == [0] * waits + [1] * (10 - waits)
