import pytest

from firstspike.golden.errors import SimulationError
from firstspike.verify.coverage import waivers
from firstspike.verify.coverage.points import LINE, TOGGLED, Point

ENTRY = """
- kind: toggle
  module: firstspike_(pe|loader)
  what: add_.*
  bits: [8, 9]
  reason: a reason that is long enough to say something
"""


@pytest.fixture
def load(tmp_path):
    def read(text):
        path = tmp_path / "waivers.yaml"
        path.write_text(text)
        return waivers.load(path)

    return read


def test_a_waiver_covers_whole_names_and_its_bits_only(load):
    (waiver,) = load(ENTRY)
    good = Point(TOGGLED, "firstspike_pe", 1, "add_1", 8, "0->1")
    others = [
        Point(LINE, "firstspike_pe", 1, "add_1", 8),
        Point(TOGGLED, "firstspike_pe2", 1, "add_1", 8),
        Point(TOGGLED, "firstspike_pe", 1, "the_add_1", 8),
        Point(TOGGLED, "firstspike_pe", 1, "add_1", 7),
        Point(TOGGLED, "firstspike_pe", 1, "add_1", 10),
    ]
    assert waivers.apply([waiver], [good, *others]) == {good: waiver}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: 1",
        ENTRY.replace("toggle", "everything"),
        ENTRY.replace("bits", "bit"),
        "- kind: line\n  module: x\n  reason: no\n",
        "[: :",
    ],
)
def test_what_is_no_list_of_waivers_is_refused(load, text):
    with pytest.raises(SimulationError, match="expected a list of waivers"):
        load(text)


def test_the_waivers_of_the_project_can_be_read():
    found = waivers.load()
    assert len(found) == len({(waiver.kind, waiver.module, waiver.what, waiver.bits) for waiver in found})
