"""What a hardware engineer's first look finds: latches, loops, paths from input to output, warnings."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from firstspike.flow.synthesis import tools, yosys
from firstspike.flow.synthesis.synthesis_errors import SynthesisError


@dataclass(frozen=True)
class Check:
    """One check and what it found.

    Attributes
    ----------
    name : str
    findings : tuple of str
        Empty if all is well.
    """

    name: str
    findings: tuple


def run(directory, sources):
    """All checks on the Verilog of `sources` below `directory`.

    Returns
    -------
    list of Check

    Raises
    ------
    SynthesisError
        Yosys is missing or cannot read the design.
    """
    directory = Path(directory)
    return [*_yosys(directory, sources), _input_to_output(directory), _icarus(directory, sources)]


def _yosys(directory, sources):
    yosys.run(
        directory,
        "lint",
        [
            *sources.read_commands([sources.behavioural_memory]),
            "proc",
            "tee -o latches.txt select -list t:$dlatch t:$adlatch t:$dlatchsr",
            # Loops and nets with two drivers or none.
            "tee -o check.txt check",
            "flatten",
            "tee -o check_flat.txt check",
            "opt_clean",
            "write_json lint.json",
        ],
    )
    log = (directory / "lint.log").read_text(errors="replace").splitlines()
    warnings = tuple(dict.fromkeys(line for line in log if line.startswith("Warning")))
    latches = tuple(line for line in (directory / "latches.txt").read_text().splitlines() if line.strip())
    loops = tuple(
        line
        for name in ("check.txt", "check_flat.txt")
        for line in (directory / name).read_text().splitlines()
        if "loop" in line
    )
    return [
        Check("no latches", latches),
        Check("no combinational loops", loops),
        Check("Yosys elaborates without warnings", warnings),
    ]


def _input_to_output(directory):
    module = json.loads((directory / "lint.json").read_text())["modules"]["firstspike"]
    return Check("no path from an input to an output", tuple(f"{start} -> {end}" for start, end in paths(module)))


def paths(module):
    """(input, output) for every combinational path between ports of a flat module, as `write_json` describes it."""
    readers = {}
    for cell in module["cells"].values():
        if _is_register(cell["type"]):
            continue
        directions = cell.get("port_directions", {})
        outputs = [
            bit for port, bits in cell["connections"].items() if directions.get(port) == "output" for bit in bits
        ]
        for port, bits in cell["connections"].items():
            if directions.get(port) == "input":
                for bit in bits:
                    readers.setdefault(bit, []).extend(outputs)
    ends = {
        bit: name for name, port in module["ports"].items() if port["direction"] == "output" for bit in port["bits"]
    }
    found = set()
    for name, port in module["ports"].items():
        if port["direction"] != "input":
            continue
        seen, waiting = set(), list(port["bits"])
        while waiting:
            bit = waiting.pop()
            if bit in seen or isinstance(bit, str):
                continue
            seen.add(bit)
            if bit in ends:
                found.add((name, ends[bit]))
            waiting.extend(readers.get(bit, ()))
    return sorted(found)


def _is_register(kind):
    return kind.startswith(("$dff", "$sdff", "$adff", "$aldff", "$mem", "$check", "$print", "$assert", "$scopeinfo"))


def _icarus(directory, sources):
    name = "Icarus Verilog elaborates without warnings"
    if shutil.which("iverilog") is None:
        try:
            tools.command("iverilog")
        except SynthesisError as error:
            return Check(name, (f"not run: {error}",))
    outcome = subprocess.run(
        [
            *tools.command("iverilog"),
            "-g2012",
            "-t",
            "null",
            "-s",
            "firstspike",
            sources.behavioural_memory,
            *sources.logic,
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    # A version in which iverilog cannot ask its own parts for their version says so; that is not about the design.
    lines = [
        line
        for line in (outcome.stdout + outcome.stderr).splitlines()
        if line.strip() and "Unable to get version" not in line
    ]
    return Check(name, tuple(dict.fromkeys(lines)))
