"""Lattice ECP5: synthesis by Yosys, place and route by nextpnr."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis import fpga, process, tools, yosys

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


@dataclass(frozen=True)
class Routing:
    """What place and route found.

    Attributes
    ----------
    fmax_mhz : float
    delay_ns : float
        Of the slowest path, clock to clock.
    start, end : str
        Cells at its ends, as they are called in the RTL.
    through : list of str
        Nets on it.
    """

    fmax_mhz: float
    delay_ns: float
    start: str
    end: str
    through: list


def synthesise(directory, sources, *, flatten):
    """Maps the design; counts are per module without `flatten`, and optimised across modules with it.

    Returns
    -------
    usage : process.Usage
    modules : dict
        `yosys.statistics`.
    """
    usage = yosys.run(
        directory,
        "ecp5",
        [
            *sources.read_commands([sources.behavioural_memory]),
            f"synth_ecp5 -top firstspike {'-json ecp5.json' if flatten else '-noflatten'}",
            "tee -o modules.json stat -json",
        ],
    )
    return usage, yosys.statistics(directory / "modules.json")


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
    # Per stream tvalid, tready, tlast; trace_valid, _run, _layer, _address; clock and reset.
    pins = config.network_bits + 2 * 32 + 3 * 3 + 2 + (45 + config.spike_word_bits if config.trace else 0)
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
    """Places and routes what `synthesise(flatten=True)` left in `directory`.

    Parameters
    ----------
    directory : Path
    device : Device

    Returns
    -------
    usage : process.Usage
    routing : Routing
    """
    directory = Path(directory)
    usage = process.run(
        "nextpnr-ecp5",
        [
            *tools.command("nextpnr-ecp5"),
            device.option,
            "--package",
            device.package,
            "--speed",
            str(SPEED_GRADE),
            "--json",
            "ecp5.json",
            "--freq",
            str(TARGET_MHZ),
            "--seed",
            str(SEED),
            "--timing-allow-fail",
            "--lpf-allow-unconstrained",
            "--report",
            "routing.json",
            "-q",
            "-l",
            "nextpnr.log",
        ],
        directory,
        "nextpnr.out",
        "nextpnr.log",
    )
    return usage, read_report(json.loads((directory / "routing.json").read_text()))


def read_report(report):
    """`Routing` of nextpnr's report."""
    (clock,) = (name for name in report["fmax"] if re.search(r"\bclk\b", name.replace("$", " ")))
    path = next(
        entry["path"] for entry in report["critical_paths"] if entry["from"] == entry["to"] == f"posedge {clock}"
    )
    nets = dict.fromkeys(
        _rtl_name(segment["net"]) for segment in path if "net" in segment and "$" not in segment["net"]
    )
    return Routing(
        round(report["fmax"][clock]["achieved"], 2),
        round(sum(segment["delay"] for segment in path), 3),
        _rtl_name(path[0]["from"]["cell"]),
        _rtl_name(path[-1]["to"]["cell"]),
        list(nets),
    )


def _rtl_name(cell):
    """`sequencer.layer_TRELLIS_FF_Q_3` is the register `sequencer.layer`."""
    return re.sub(r"_(TRELLIS_FF|LUT4|CCU2C|PFUMX|L6MUX21|DP16KD)(_.*)?$", "", cell)
