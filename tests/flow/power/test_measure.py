import pytest

from firstspike.flow.power import measure
from firstspike.flow.power import transitions as energy
from firstspike.flow.power.cells import Instance
from firstspike.flow.power.saif import Activity
from tests.flow.power.test_transitions import CELLS, CLOCK, LIBRARY, STILL


@pytest.fixture
def netlist():
    """Two PEs with a gated register of two bits each, and an inverter outside of them."""
    instances = [Instance("INV", "cluster_0.cell_1", {"A": "clk", "Y": "n"})]
    for lane in range(2):
        pe = f"cluster_0.pe_{lane}"
        instances.append(Instance("GATE", f"{pe}.cell_7", {"CK": "clk", "E": f"{pe}.e", "GCK": f"{pe}.g"}))
        instances += [
            Instance("DFF", f"{pe}.sum[{bit}]_cell", {"CK": f"{pe}.g", "D": f"{pe}.d", "Q": f"{pe}.sum[{bit}]"})
            for bit in range(2)
        ]
    return energy.Netlist(instances, CELLS, LIBRARY.voltage)


@pytest.fixture
def activity(netlist):
    nets = {net: STILL for instance in netlist.instances for net in instance.nets.values()}
    return nets | {
        "clk": CLOCK,
        "n": CLOCK,
        "cluster_0.pe_0.g": Activity(0.5, 0.125),
        "cluster_0.pe_1.g": Activity(1.0, 0.25),
    }


@pytest.mark.parametrize(
    "path, block",
    [
        ("cluster_0.pe_3.sum[1]_cell", "PEs"),
        ("cluster_1.cell_3", "clusters without their PEs"),
        ("event_generator_1.word_fetch.cell_9", "event_generator"),
        ("cell_12", "top"),
        ("cluster_0.pe_names_cell", "clusters without their PEs"),
    ],
)
def test_block_of_a_cell(path, block):
    assert measure.block(path) == block


def test_gates_of_the_pes_by_the_registers_behind_them(netlist, activity):
    assert measure.gates(netlist, activity, 40) == [
        {"registers": "sum", "gates": 2, "bits": 4, "openings": 10 + 20, "open": 0.375}
    ]


def test_blocks_as_measured_with_open_gates_and_at_rest(netlist, activity):
    pes, around = measure.blocks(netlist, activity)
    assert (pes["block"], pes["cells"], around["block"], around["cells"]) == ("PEs", 6, "clusters without their PEs", 1)
    resting = 2 * 2 * (2 + 5 * 0.002)
    open_gates = 2 * (2 * 7 + 2 * 2 * (2 + 3 * 0.002))
    assert pes["picojoules_resting"]["clock"] == pytest.approx(resting, abs=1e-4)
    assert pes["picojoules_gates_open"]["clock"] == pytest.approx(resting + open_gates, abs=1e-4)
    assert pes["picojoules"]["clock"] == pytest.approx(resting + 0.375 * open_gates, abs=1e-4)
    assert pes["leakage_uw"] == pytest.approx(4 * 0.05)
