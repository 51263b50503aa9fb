from collections import Counter

from firstspike.verify.coverage import coverage_campaign as document
from firstspike.verify.coverage import coverage_run as command
from firstspike.verify.coverage.points import COVER, LINE, TOGGLED, Point
from firstspike.verify.coverage.waivers import Waiver

MET = Counter(
    {
        Point(LINE, "firstspike_pe", 1, "if"): 3,
        Point(LINE, "firstspike_pe", 2, "else"): 0,
        Point(LINE, "testbench", 2, "else"): 0,
        Point(TOGGLED, "firstspike_pe", 4, "sum", 1, "0->1"): 1,
        Point(TOGGLED, "firstspike_pe", 4, "sum", 31, "0->1"): 0,
        Point(TOGGLED, "firstspike_pe", 4, "sum", 32, "0->1"): 0,
        Point(COVER, "coverage_ring", 5, "testbench.dut.sequencer.ring.full"): 4,
        Point(COVER, "coverage_ring", 6, "testbench.dut.sequencer.ring.empty"): 0,
    }
)
WAIVERS = [
    Waiver(kind="toggle", module="firstspike_pe", what="sum", bits=(32, 40), reason="a reason that says something"),
    Waiver(kind="line", module="firstspike_loader", reason="a reason that says something"),
]


def test_shares_leave_out_what_is_waived_and_the_test_bench():
    summary = command.summarise(MET, Counter(), WAIVERS)
    assert summary["line"] == {"total": 2, "met": 1, "waived": 0, "share": 0.5}
    assert summary["toggle"] == {"total": 3, "met": 1, "waived": 1, "share": 0.5}
    assert summary["functional"]["registers of sequencer.ring"] == {"full": 4, "empty": 0}
    assert (
        "line firstspike_pe:2 else" in summary["missed"]
        and "bin empty of registers of sequencer.ring" in summary["missed"]
    )
    assert "toggle firstspike_pe:4 sum[31] 0->1" in summary["missed"]
    assert not any("sum[32]" in text for text in summary["missed"])
    assert summary["unused_waivers"] == ["firstspike_loader .*: a reason that says something"]


def test_the_section_has_the_figures_of_the_result():
    summary = command.summarise(
        MET, Counter({("outcome of a run", "TIMEOUT"): 2, ("outcome of a run", "DONE"): 9}), WAIVERS
    )
    text = document.section(summary | {"cycles": 123456})
    assert text.startswith("## Coverage of the RTL\n") and "2 streams with something wrong" in text
    assert "37 networks whose images arrive far ahead" in text
    assert "| lines and branches | 1 | 0 | 2 | 50.00% | 100 % |" in text and "123,456 cycles" in text
    assert "| registers of sequencer.ring | 1 | 2 | empty |" in text
    assert "| 1 | toggles of `firstspike_pe sum`, bits 32 to 40 | a reason that says something |" in text
