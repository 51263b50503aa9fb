"""When a result is another one, and the file that a spreadsheet reads."""

import csv
import io

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import tables
from firstspike.report.sweep.space import Point, Space
from firstspike.report.sweep.sweep_results import as_csv, code_digest, key

SPACE = Space(name="s")
POINT = Point(fields={"lanes": 128}, batch=1)


def identity(
    point=POINT,
    config=PRESETS["paper"],
    space=SPACE,
    network="n",
    images="i",
    table="cacti_28nm",
    dram=None,
    program="p",
):
    return key(point, config, space, network, images, tables.load(table), dram or {"hbm2": 4}, program)


def test_equal_points_have_equal_keys():
    assert identity() == identity()


def test_whatever_changes_a_result_changes_its_key():
    changed = [
        identity(point=Point(fields={"lanes": 128}, batch=2)),
        identity(config=PRESETS["wide"]),
        identity(space=Space(name="s", clock_mhz=250)),
        identity(space=Space(name="s", engine="rtl")),
        identity(network="m"),
        identity(images="j"),
        identity(table="horowitz_28nm"),
        identity(dram={"hbm2": 5}),
        identity(program="q"),
    ]
    assert len({identity(), *changed}) == len(changed) + 1


def test_the_name_of_a_sweep_does_not_change_its_results():
    assert identity() == identity(space=Space(name="other"))


def test_program_digest_follows_the_engine():
    assert code_digest("model") != code_digest("rtl")


def test_csv_has_a_line_a_point_and_dram_choice():
    rows = [
        {
            "key": "a",
            "point": POINT.model_dump(),
            "fits": True,
            "reason": "",
            "accuracy": 0.5,
            "energy": {
                "x": {"microjoules_per_image": 2.0, "watts": 1.0},
                "y": {"microjoules_per_image": 3.0, "watts": 1.0},
            },
            "cycles_per_image": 10.0,
            "frames_per_second": 5.0,
            "kilobytes": 7.0,
        },
        {"key": "b", "point": POINT.model_dump(), "fits": False, "reason": "too small", "accuracy": None, "energy": {}},
    ]
    lines = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert [(line["key"], line["dram"], line["microjoules_per_image"], line["reason"]) for line in lines] == [
        ("a", "x", "2.0", ""),
        ("a", "y", "3.0", ""),
        ("b", "", "", "too small"),
    ]
