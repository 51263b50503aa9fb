from collections import Counter

import pytest

from firstspike.golden.errors import SimulationError
from firstspike.verify.coverage import points
from firstspike.verify.coverage.points import COVER, LINE, TOGGLED, Point


def entry(count, **fields):
    return "C '" + "".join(f"\1{name}\2{value}" for name, value in fields.items()) + f"' {count}\n"


@pytest.fixture
def data(tmp_path):
    def write(*entries):
        path = tmp_path / "coverage.dat"
        path.write_text("# SystemC::Coverage-3\n" + "".join(entries))
        return path

    return write


def test_lines_branches_toggles_and_cover_statements_are_read(data):
    path = data(
        entry(3, f="a.sv", l=7, page="v_line/firstspike_pe", o="if", S="7-8"),
        entry(0, f="a.sv", l=9, page="v_branch/firstspike_pe", o="else"),
        entry(5, f="a.sv", l=2, page="v_toggle/firstspike_sram__D8_W80", o="data[12]:0->1"),
        entry(1, f="a.sv", l=2, page="v_toggle/firstspike_pe", o="i___05Fvalid:1->0"),
        entry(4, f="c.sv", l=5, page="v_user/coverage_ring", o="cover", h="testbench.dut.sequencer.ring.full"),
    )
    assert points.load(path) == {
        Point(LINE, "firstspike_pe", 7, "if 7-8"): 3,
        Point(LINE, "firstspike_pe", 9, "else"): 0,
        Point(TOGGLED, "firstspike_sram", 2, "data", 12, "0->1"): 5,
        Point(TOGGLED, "firstspike_pe", 2, "i__valid", 0, "1->0"): 1,
        Point(COVER, "coverage_ring", 5, "testbench.dut.sequencer.ring.full"): 4,
    }


def test_the_same_point_of_two_sizes_of_a_module_is_one(data):
    path = data(
        entry(0, l=3, page="v_line/firstspike_sram__D8_W80", o="if"),
        entry(2, l=3, page="v_line/firstspike_sram__D4_W80", o="if"),
    )
    assert points.load(path) == {Point(LINE, "firstspike_sram", 3, "if"): 2}


def test_an_empty_default_is_no_point_and_every_other_line_is(tmp_path):
    (tmp_path / "firstspike_pe.sv").write_text(
        "case (x)\n  1'h0:\n    a = b;\n  default: ;\n  default: a = c;\nendcase\n"
    )
    (tmp_path / "firstspike_sram.sv").write_text("a\nb\nc\nd\n")
    counts = Counter(
        {
            Point(LINE, module, line, "case"): line % 2
            for module in ("firstspike_pe", "firstspike_sram")
            for line in range(1, 6)
        }
    )
    found = points.without_empty_defaults(counts, tmp_path)
    assert counts.keys() - found.keys() == {Point(LINE, "firstspike_pe", 4, "case")} and found.items() <= counts.items()


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "cannot read coverage data"),
        ("", "not coverage data"),
        ("hello\n", "not coverage data"),
        ("# SystemC::Coverage-3\nnonsense\n", "cannot read 'nonsense'"),
    ],
)
def test_what_is_no_coverage_data_is_refused(tmp_path, content, message):
    path = tmp_path / "coverage.dat"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SimulationError, match=message):
        points.load(path)
