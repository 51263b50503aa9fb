"""FPGAs: mapping by Yosys, and resources by what the vendors call them, from its primitives."""

from dataclasses import dataclass

from firstspike.flow.synthesis import yosys
from firstspike.hw.writer.verilog import TOP

COMMANDS = {"ecp5": f"synth_ecp5 -top {TOP}", "xilinx": f"synth_xilinx -family xc7 -top {TOP} -edif xilinx.edif"}


def synthesise(directory, sources, target, options=""):
    """Maps the design.

    Returns
    -------
    usage : process.Usage
    modules : dict
        `yosys.statistics`.
    """
    usage = yosys.run(
        directory,
        target,
        [
            *sources.read_commands([sources.behavioural_memory]),
            f"{COMMANDS[target]} {options}",
            "tee -o modules.json stat -json",
        ],
    )
    return usage, yosys.statistics(directory / "modules.json")


@dataclass(frozen=True)
class Resources:
    """Used primitives of an FPGA.

    Attributes
    ----------
    luts : int
        Look-up tables, those used as carry chains and small memories included.
    flip_flops : int
    block_rams : float
        DP16KD (16 Kibit) of an ECP5; RAMB36 (36 Kibit) of a Xilinx 7, an RAMB18 counts one half.
    lut_rams : int
        LUTs that serve as memory (part of `luts`).
    """

    luts: int
    flip_flops: int
    block_rams: float
    lut_rams: int


def ecp5(cells):
    """Resources for counts by Yosys cell type; wide multiplexers (PFUMX, L6MUX21) cost no LUT of their own."""
    lut_rams = 4 * cells.get("TRELLIS_DPR16X4", 0)
    # Two bits of a carry chain take two LUTs. A 16x4 RAM takes four, and two more for its write side.
    luts = cells.get("LUT4", 0) + 2 * cells.get("CCU2C", 0) + lut_rams + 2 * cells.get("TRELLIS_DPR16X4", 0)
    return Resources(luts, cells.get("TRELLIS_FF", 0), cells.get("DP16KD", 0), lut_rams)


XILINX_LUT_RAMS = {
    "RAM32X1S": 1,
    "RAM64X1S": 1,
    "RAM32X1D": 2,
    "RAM64X1D": 2,
    "RAM128X1S": 2,
    "RAM128X1D": 4,
    "RAM256X1S": 4,
    "RAM32M": 4,
    "RAM64M": 4,
    "SRL16E": 1,
    "SRLC32E": 1,
}
"""LUTs of each primitive."""


def xilinx(cells):
    """Resources for counts by Yosys cell type."""
    lut_rams = sum(luts * cells.get(name, 0) for name, luts in XILINX_LUT_RAMS.items())
    luts = lut_rams + sum(cells.get(f"LUT{inputs}", 0) for inputs in range(1, 7))
    flip_flops = sum(cells.get(name, 0) for name in ("FDRE", "FDSE", "FDCE", "FDPE"))
    return Resources(luts, flip_flops, cells.get("RAMB36E1", 0) + cells.get("RAMB18E1", 0) / 2, lut_rams)
