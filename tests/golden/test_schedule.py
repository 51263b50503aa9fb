import copy
import json

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.schedule import LayerRun, Pass, Schedule, ScheduleError

ONE_PASS = Pass(
    first_channel=0,
    channels=10,
    first_word=0,
    words=1,
    tail_rows=3,
    rows_per_tap=3,
    rows=27,
    first_unit=0,
    units=4,
    first_chunk=True,
    last_chunk=True,
    has_parameters=True,
)
RUN = LayerRun(
    layer=0,
    first_image=0,
    images=1,
    split=2,
    in_base=0,
    out_base=16,
    in_words=1,
    out_words=3,
    passes=(ONE_PASS, ONE_PASS),
)
SCHEDULE = Schedule(config=PRESETS["tiny"], batch=2, runs=(RUN,))


def test_a_schedule_survives_the_way_through_json():
    assert Schedule.from_dict(json.loads(json.dumps(SCHEDULE.to_dict()))) == SCHEDULE


def test_a_schedule_is_hashable_plain_data_after_reading():
    again = Schedule.from_dict(json.loads(json.dumps(SCHEDULE.to_dict())))
    assert isinstance(again.runs, tuple) and isinstance(again.runs[0].passes, tuple)
    assert hash(again.runs) == hash(SCHEDULE.runs)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda d: d.pop("batch"), "batch: Field required"),
        (lambda d: d.update(colour="red"), "colour: Unexpected"),
        (lambda d: d.update(batch=17), "batch: Input should be less than or equal to 16"),
        (lambda d: d.update(runs=[]), "runs: Tuple should have at least 1 item"),
        (lambda d: d["config"].update(lanes=7), "config: lanes must be a multiple"),
        (lambda d: d["runs"][0].update(split="2"), "runs.0.split: Input should be a valid integer"),
        (lambda d: d["runs"][0]["passes"][1].update(rows=-1), "runs.0.passes.1.rows: Input should be greater"),
        (lambda d: d["runs"][0]["passes"][1].update(last_chunk=1), "runs.0.passes.1.last_chunk: Input should be a"),
        (lambda d: d["runs"][0]["passes"][1].update(weight=1), "runs.0.passes.1.weight: Unexpected"),
    ],
)
def test_a_wrong_field_is_named(change, message):
    fields = copy.deepcopy(SCHEDULE.to_dict())
    change(fields)
    with pytest.raises(ScheduleError, match=message):
        Schedule.from_dict(fields)
    with pytest.raises(ScheduleError, match="schedule"):
        Schedule.from_dict("nothing")
