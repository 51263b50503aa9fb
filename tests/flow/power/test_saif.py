import pytest

from firstspike.flow.power import saif
from firstspike.flow.power.saif import Activity
from firstspike.golden.errors import SimulationError

TEXT = r"""(SAIFILE
(DURATION 400)
 (INSTANCE recorder
  (NET
   (clk (T0 200) (T1 200) (TZ 0) (TX 0) (TB 0) (TC 80))
  )
  (INSTANCE dut
   (NET
    (clk (T0 200) (T1 200) (TZ 0) (TX 0) (TB 0) (TC 80))
    (pe\.sum\[3\] (T0 100) (T1 300) (TZ 0) (TX 0) (TB 0) (TC 2))
   )
   (INSTANCE pe\.sum_cell
    (NET
     (Q (T0 0) (T1 400) (TZ 0) (TX 0) (TB 0) (TC 0))
    )
   )
  )
 )
)
""".splitlines()


def test_transitions_a_cycle_and_share_of_time_high_of_the_nets_of_one_instance():
    assert saif.read(TEXT, "dut", 10) == ({"clk": Activity(2.0, 0.5), "pe.sum[3]": Activity(0.05, 0.75)}, 40)


@pytest.mark.parametrize("lines", [[], TEXT[:1] + TEXT[2:], [line for line in TEXT if "dut" not in line]])
def test_a_recording_without_duration_or_nets_is_an_error(lines):
    with pytest.raises(SimulationError, match="the recording of the netlist is empty: no net of dut"):
        saif.read(lines, "dut", 10)
