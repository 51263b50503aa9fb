"""The configuration of LibreLane, from RTL to layout."""

import json

FILE = "librelane.json"
MACRO_NOTE = (
    "Every memory is a black box: put your SRAM instances into macros/firstspike_sram_*.sv and name their "
    "views (gds, lef, nl, lib) under MACROS."
)


def text(sources, constraints, clock_mhz):
    """JSON text; `sources` are the logic and the memory macros, in the order of use."""
    return (
        json.dumps(
            {
                "meta": {"version": 2, "flow": "Classic"},
                "DESIGN_NAME": "firstspike",
                "VERILOG_FILES": [f"dir::{source}" for source in sources],
                "VERILOG_DEFINES": ["SYNTHESIS"],
                "CLOCK_PORT": "clk",
                "CLOCK_PERIOD": round(1000 / clock_mhz, 3),
                "PNR_SDC_FILE": f"dir::{constraints}",
                "SIGNOFF_SDC_FILE": f"dir::{constraints}",
                "//": MACRO_NOTE,
                "MACROS": {},
            },
            indent=2,
        )
        + "\n"
    )
