import pytest

from firstspike.flow.synthesis import ecp5, yosys
from firstspike.golden.config import PRESETS

REPORT = {
    "fmax": {"$glbnet$clk$TRELLIS_IO_IN": {"achieved": 123.456, "constraint": 100.0}},
    "critical_paths": [
        {"from": "<async>", "to": "posedge $glbnet$clk$TRELLIS_IO_IN", "path": []},
        {
            "from": "posedge $glbnet$clk$TRELLIS_IO_IN",
            "to": "posedge $glbnet$clk$TRELLIS_IO_IN",
            "path": [
                {
                    "delay": 0.5,
                    "type": "clk-to-q",
                    "from": {"cell": "sequencer.layer_TRELLIS_FF_Q_3"},
                    "to": {"cell": "sequencer.layer_TRELLIS_FF_Q_3"},
                },
                {
                    "delay": 1.25,
                    "type": "routing",
                    "net": "sequencer.layer[23]",
                    "from": {"cell": "a"},
                    "to": {"cell": "b"},
                },
                {"delay": 0.1, "type": "routing", "net": "$abc$12", "from": {"cell": "a"}, "to": {"cell": "b"}},
                {
                    "delay": 0.25,
                    "type": "setup",
                    "from": {"cell": "b"},
                    "to": {"cell": "counter_bank.total_CCU2C_S0_COUT_TRELLIS_FF_DI"},
                },
            ],
        },
    ],
}


def test_routing_report_speaks_of_the_rtl():
    path = {"delay_ns": 2.1, "from": "sequencer.layer", "to": "counter_bank.total", "through": ["sequencer.layer[23]"]}
    assert ecp5.read_report(REPORT) == {"fmax_mhz": 123.46, "longest_path": path}


def test_the_smallest_device_that_has_everything_and_luts_to_spare_is_chosen():
    tiny, small = PRESETS["tiny"], PRESETS["small"]
    names = [
        ecp5.device_for({"LUT4": luts, "DP16KD": rams}, config).part
        for luts, rams, config in (
            (12_000, 20, tiny),
            (20_000, 20, tiny),
            (12_000, 60, tiny),
            (12_000, 20, small),
            (30_000, 20, tiny),
            (100_000, 20, tiny),
        )
    ]
    assert names == ["LFE5U-25F", "LFE5U-45F", "LFE5U-45F", "LFE5U-45F", "LFE5U-85F", "LFE5U-85F"]


def test_what_does_not_fit_is_named():
    largest = ecp5.DEVICES[-1]
    assert ecp5.shortage(largest, {"LUT4": 20_000, "DP16KD": 100}, PRESETS["small"]) is None
    assert ecp5.shortage(largest, {"LUT4": 100_000, "DP16KD": 300}, PRESETS["small"]) == (
        "100,000 luts needed, the LFE5U-85F, CABGA756, speed grade 8 has 83,640; "
        "300 block rams needed, the LFE5U-85F, CABGA756, speed grade 8 has 208"
    )
    assert "pins needed" in ecp5.shortage(largest, {}, PRESETS["paper"])


@pytest.fixture
def counter(tmp_path):
    (tmp_path / "counter.v").write_text(
        "module counter(input wire clk, output reg [7:0] total);\n"
        "  always @(posedge clk) total <= total + 1'b1;\nendmodule\n"
    )
    yosys.run(tmp_path, "ecp5", ["read_verilog counter.v", "synth_ecp5 -top counter -json ecp5.json"])
    return tmp_path


def test_a_counter_is_placed_and_routed(counter):
    usage, routing = ecp5.route(counter, ecp5.DEVICES[0])
    assert usage.tool == "nextpnr-ecp5"
    path = routing["longest_path"]
    assert (path["from"], path["to"]) == ("total", "total")
    assert routing["fmax_mhz"] == pytest.approx(1000 / path["delay_ns"], rel=0.01)
