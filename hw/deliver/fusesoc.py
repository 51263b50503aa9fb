"""The FuseSoC core file."""

import json

FILE = "firstspike.core"
VERSION = "0.1.0"


def text(config, sources, waivers, constraints, bench):
    """CAPI2 text with the targets default, lint and sim.

    Parameters
    ----------
    config : HardwareConfig
    sources : list of str
        SystemVerilog files, sub-modules first.
    waivers, constraints, bench : str
        Verilator control file, SDC file, self-checking test bench.
    """
    files = "\n".join(f"      - {source}" for source in sources)
    description = json.dumps(f"firstspike, time-to-first-spike neural network processor, configuration {config.name}")
    return f"""\
CAPI=2:
name: "::firstspike-{config.name}:{VERSION}"
description: {description}

filesets:
  rtl:
    files:
{files}
    file_type: systemVerilogSource
  waivers:
    files:
      - {waivers}: {{file_type: vlt}}
  constraints:
    files:
      - {constraints}: {{file_type: SDC}}
  bench:
    files:
      - {bench}
    file_type: systemVerilogSource

targets:
  default:
    filesets: [rtl, constraints]
    toplevel: firstspike
  lint:
    flow: lint
    flow_options:
      tool: verilator
      verilator_options: [-Wall]
    filesets: [waivers, rtl]
    toplevel: firstspike
  sim:
    flow: sim
    flow_options:
      tool: verilator
      mode: binary
      verilator_options: [--timing]
    filesets: [waivers, rtl, bench]
    toplevel: firstspike_smoke
"""
