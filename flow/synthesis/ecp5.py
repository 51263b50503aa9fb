"""Lattice ECP5: the device, place and route by nextpnr."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from amaranth.hdl import Value

from firstspike.flow.synthesis import fpga, process, tools
from firstspike.hw.processor import Processor

SPEED_GRADE = 8
TARGET_MHZ = 100
SEED = 1


@dataclass(frozen=True)
class Device:
    """An FPGA in its package.

    Attributes
    ----------
    part, package : str
    option : str
        What nextpnr calls the part.
    luts, block_rams, pins : int
        What it has.
    """

    part: str
    package: str
    option: str
    luts: int
    block_rams: int
    pins: int

    @property
    def name(self):
        return f"{self.part}, {self.package}, speed grade {SPEED_GRADE}"


DEVICES = (
    Device("LFE5U-25F", "CABGA381", "--25k", 24288, 56, 197),
    Device("LFE5U-45F", "CABGA554", "--45k", 43848, 108, 245),
    Device("LFE5U-85F", "CABGA756", "--85k", 83640, 208, 365),
)
"""The smallest first."""
COMFORTABLE_SHARE = 0.5
"""Of the LUTs: in a fuller device the router takes many times as long."""


def device_for(cells, config):
    """The smallest device that has what the design needs, and LUTs to spare, or else the largest one."""
    luts = fpga.ecp5(cells).luts
    return next(
        (
            device
            for device in DEVICES
            if shortage(device, cells, config) is None and luts <= COMFORTABLE_SHARE * device.luts
        ),
        DEVICES[-1],
    )


def shortage(device, cells, config):
    """Why the design does not fit the device, or None."""
    resources = fpga.ecp5(cells)
    processor = Processor(config)
    # And clock and reset.
    pins = 2 + sum(len(Value.cast(value)) for _, _, value in processor.signature.flatten(processor))
    needs = {"luts": resources.luts, "block_rams": resources.block_rams, "pins": pins}
    return (
        "; ".join(
            f"{need:,} {name.replace('_', ' ')} needed, the {device.name} has {getattr(device, name):,}"
            for name, need in needs.items()
            if need > getattr(device, name)
        )
        or None
    )


def route(directory, device):
    """Places and routes the flattened design `ecp5.json` in `directory`.

    Returns
    -------
    usage : process.Usage
    figures : dict
        As `read_report`.
    """
    directory = Path(directory)
    options = (
        f"{device.option} --package {device.package} --speed {SPEED_GRADE} --json ecp5.json --freq {TARGET_MHZ} "
        f"--seed {SEED} --timing-allow-fail --lpf-allow-unconstrained --report routing.json -q -l nextpnr.log"
    )
    command = [*tools.command("nextpnr-ecp5"), *options.split()]
    usage = process.run("nextpnr-ecp5", command, directory, "nextpnr.out", "nextpnr.log")
    return usage, read_report(json.loads((directory / "routing.json").read_text()))


def read_report(report):
    """`fmax_mhz` and `longest_path`, clock to clock, of nextpnr's report; cells and nets are called as in the RTL."""
    (clock,) = (name for name in report["fmax"] if re.search(r"\bclk\b", name.replace("$", " ")))
    path = next(
        entry["path"] for entry in report["critical_paths"] if entry["from"] == entry["to"] == f"posedge {clock}"
    )
    nets = (_rtl_name(segment["net"]) for segment in path if "net" in segment and "$" not in segment["net"])
    return {
        "fmax_mhz": round(report["fmax"][clock]["achieved"], 2),
        "longest_path": {
            "delay_ns": round(sum(segment["delay"] for segment in path), 3),
            "from": _rtl_name(path[0]["from"]["cell"]),
            "to": _rtl_name(path[-1]["to"]["cell"]),
            "through": list(dict.fromkeys(nets)),
        },
    }


def _rtl_name(cell):
    """`sequencer.layer_TRELLIS_FF_Q_3` is the register `sequencer.layer`."""
    return re.sub(r"_(TRELLIS_FF|LUT4|CCU2C|PFUMX|L6MUX21|DP16KD)(_.*)?$", "", cell)
