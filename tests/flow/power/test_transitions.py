"""Energies against sums by hand: 2 V, so charging 1 fF takes 0.002 pJ a transition."""

from pathlib import Path

import pytest

from firstspike.flow.power import transitions as energy
from firstspike.flow.power.cells import Instance
from firstspike.flow.power.saif import Activity
from firstspike.flow.synthesis import cell_power, liberty
from firstspike.golden.errors import SimulationError

LIBRARY = liberty.read([Path(__file__).parents[1] / "synthesis" / "data" / "power.lib"])
CELLS = cell_power.read(LIBRARY)
CLOCK = Activity(2.0, 0.5)
STILL = Activity(0.0, 0.0)
GATED_BANK = [
    Instance("GATE", "gate", {"CK": "clk", "E": "enable", "GCK": "gated"}),
    *(Instance("DFF", f"bank.q[{bit}]_cell", {"CK": "gated", "D": f"d[{bit}]", "Q": f"q[{bit}]"}) for bit in range(2)),
]
QUIET = {"clk": CLOCK, "enable": STILL, "gated": STILL} | {f"{name}[{bit}]": STILL for name in "dq" for bit in range(2)}


def netlist(*instances):
    return energy.Netlist(instances, CELLS, LIBRARY.voltage)


def parts(instances, activity):
    return energy.total(netlist(*instances).energies(activity)).picojoules


def test_an_inverter_pays_for_its_input_pin_and_its_transitions_at_their_load():
    chain = [Instance("INV", name, {"A": source, "Y": name}) for name, source in (("x", "in"), ("y", "x"), ("z", "x"))]
    driver, *_ = netlist(*chain).energies({"in": Activity(0.5, 0.5)} | dict.fromkeys("xyz", Activity(0.0, 0.25)))
    assert driver.picojoules == {"clock": 0, "registers": 0, "logic": pytest.approx(0.5 * 2 * 0.002)}
    assert driver.leakage_w == pytest.approx(0.5 * 1e-8 + 0.5 * 3e-8)
    driver, *_ = netlist(*chain).energies({"in": STILL, "x": Activity(0.5, 0.5)} | dict.fromkeys("yz", STILL))
    # A load of 4 fF: 1 + 0.4 * 2 for a rise, 0 for a fall.
    assert driver.picojoules["logic"] == pytest.approx(0.5 * 1.8 / 2)


def test_the_slew_of_a_net_follows_from_its_driver():
    # x: slew 1 + 0.2 of the steepest edge into 2 fF; the second inverter's energy is read at this slew.
    chain = [Instance("INV", name, {"A": source, "Y": name}) for name, source in (("x", "in"), ("y", "x"))]
    still = dict.fromkeys(("in", "x"), STILL)
    assert parts(chain, still | {"y": Activity(2.0, 0.5)})["logic"] == pytest.approx(2 * (1 + 1.2) / 2)


def test_an_output_is_priced_by_the_inputs_that_switch():
    gate = [Instance("NAND2", "n", {"A": "a", "B": "b", "Y": "y"})]
    for a, b, expected in ((1.0, 0.0, 2), (0.0, 1.0, 6), (0.5, 1.5, 5), (0.0, 0.0, 4)):
        activity = {"a": Activity(a, 0.5), "b": Activity(b, 0.5), "y": Activity(1.0, 0.5)}
        assert parts(gate, activity)["logic"] == pytest.approx(expected + (a + b) * 0.002)


def test_a_shut_gate_leaves_only_its_own_clock_pin():
    assert parts(GATED_BANK, QUIET) == {"clock": pytest.approx(2 * (2 + 5 * 0.002)), "registers": 0, "logic": 0}


def test_an_open_gate_costs_what_the_library_says_for_every_flip_flop_behind_it():
    shut = parts(GATED_BANK, QUIET)["clock"]
    # Gate's output 7, and two flip-flops at D = Q = 0: 2 a transition, 3 fF.
    full = parts(GATED_BANK, energy.ungated(QUIET, {"clk", "gated"}))["clock"]
    assert full - shut == pytest.approx(2 * 7 + 2 * 2 * (2 + 3 * 0.002))
    quarter = parts(GATED_BANK, QUIET | {"gated": Activity(0.5, 0.125)})["clock"]
    assert quarter - shut == pytest.approx((full - shut) / 4)


def test_a_flip_flop_that_switches_pays_at_clock_and_output():
    flip_flop = [Instance("DFF", "q_cell", {"CK": "clk", "D": "d", "Q": "q"})]
    toggling = parts(flip_flop, {"clk": CLOCK, "d": Activity(1.0, 0.5), "q": Activity(1.0, 0.5)})
    # D and Q differ at every edge: the price of no other condition, 10.
    assert toggling == {"clock": pytest.approx(2 * (10 + 3 * 0.002)), "registers": pytest.approx(4 + 0.002), "logic": 0}
    high = parts(flip_flop, {"clk": CLOCK, "d": Activity(0.0, 1.0), "q": Activity(0.0, 1.0)})
    assert high["clock"] == pytest.approx(2 * (1 + 3 * 0.002))
    half = parts(flip_flop, {"clk": CLOCK, "d": Activity(0.5, 0.5), "q": Activity(0.5, 0.5)})
    assert half["clock"] == pytest.approx(2 * (10 * 0.5 + 1 * 0.25 + 2 * 0.25 + 3 * 0.002))


def test_at_rest_only_the_root_of_the_clock_moves():
    busy = QUIET | {"enable": Activity(1.0, 0.5), "gated": Activity(1.0, 0.25), "q[0]": Activity(0.5, 1.0)}
    resting = energy.resting(busy, {"clk", "gated"}, "clk")
    assert resting["clk"] == CLOCK and resting["q[0]"] == Activity(0.0, 1.0) and resting["gated"] == STILL
    assert parts(GATED_BANK, resting) == parts(GATED_BANK, QUIET)


def test_clocks_and_what_hangs_on_them():
    bank = netlist(*GATED_BANK)
    assert bank.clocks() == {"clk", "gated"}
    assert list(bank.gated_clocks()) == [("gated", "gate")]
    assert bank.clocked_by("gated") == ["bank.q[0]_cell", "bank.q[1]_cell"] and bank.clocked_by("clk") == []


def test_blocks_by_falling_energy():
    blocks = energy.by_block(netlist(*GATED_BANK).energies(energy.ungated(QUIET, {"gated"})), lambda name: name[0])
    assert list(blocks) == ["g", "b"]
    assert blocks["b"].picojoules["clock"] == pytest.approx(2 * 2 * (2 + 3 * 0.002))
    assert blocks["b"].leakage_w == pytest.approx(2 * 5e-8)


def test_memories_are_left_out_and_a_net_without_activity_is_an_error():
    bank = netlist(*GATED_BANK, Instance("firstspike_sram_8x4", "memory", {"clk": "clk", "data": "{a,b}"}))
    assert len(bank.instances) == 3
    with pytest.raises(SimulationError, match=r"the recording lacks 2 nets of the netlist, such as enable"):
        bank.energies({net: one for net, one in QUIET.items() if net not in ("gated", "enable")})
