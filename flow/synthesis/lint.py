"""What a hardware engineer's first look finds: latches, loops, paths from input to output, warnings."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from firstspike.flow.synthesis import tools, yosys
from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.hw.writer.verilog import TOP


class Check(NamedTuple):
    """One check and what it found: nothing if all is well."""

    name: str
    findings: tuple[str, ...]


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
    return [
        *_yosys(directory, sources),
        _input_to_output(directory),
        _icarus(directory, sources),
        _slang(directory, sources),
        _verible(directory, sources),
    ]


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
    module = json.loads((directory / "lint.json").read_text())["modules"][TOP]
    return Check("no path from an input to an output", tuple(f"{start} -> {end}" for start, end in paths(module)))


def paths(module):
    """(input, output) for every combinational path between ports of a flat module, as `write_json` describes it."""
    readers = {}
    for cell in module["cells"].values():
        if _is_register(cell["type"]):
            continue
        directions = cell.get("port_directions", {})
        bits = {"input": [], "output": []}
        for port, connected in cell["connections"].items():
            bits.get(directions.get(port), []).extend(connected)
        for bit in bits["input"]:
            readers.setdefault(bit, []).extend(bits["output"])
    ends = {
        bit: name for name, port in module["ports"].items() if port["direction"] == "output" for bit in port["bits"]
    }
    found = set()
    for name, port in module["ports"].items():
        seen, waiting = set(), list(port["bits"]) if port["direction"] == "input" else []
        while waiting:
            bit = waiting.pop()
            if bit not in seen and not isinstance(bit, str):
                seen.add(bit)
                waiting.extend(readers.get(bit, ()))
        found |= {(name, ends[bit]) for bit in seen if bit in ends}
    return sorted(found)


def _is_register(kind):
    return kind.startswith(("$dff", "$sdff", "$adff", "$aldff", "$mem", "$check", "$print", "$assert", "$scopeinfo"))


def _said(command, directory):
    """(exit code, what a command says in `directory`, every line once)."""
    outcome = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    return outcome.returncode, dict.fromkeys((outcome.stdout + outcome.stderr).splitlines())


def _with_tool(name, findings):
    """The check of this name; a tool that is missing is a finding."""
    try:
        return Check(name, findings())
    except SynthesisError as error:
        return Check(name, (f"not run: {error}",))


def _icarus(directory, sources):
    def findings():
        options = ["-g2012", "-t", "null", "-s", TOP, sources.behavioural_memory, *sources.logic]
        _, lines = _said([*tools.command("iverilog"), *options], directory)
        # A version in which iverilog cannot ask its own parts for their version says so; that is not about the design.
        return tuple(line for line in lines if line.strip() and "Unable to get version" not in line)

    return _with_tool("Icarus Verilog elaborates without warnings", findings)


REVIEWED_SLANG = {
    "sign-conversion": "registers have no sign; an expression that has one says $signed",
    "unused-but-set-net": "names for the fields of structures, kept for waveforms",
}
"""Warnings of slang that are not about mistakes here, and why."""

REVIEWED_VERIBLE = {
    "always-comb": "Icarus Verilog 11, the one of Debian 12, hangs in always_comb",
    "explicit-parameter-storage-type": "the parameters of the memory take what an old tool gives them",
    "parameter-name-style": "ADDRESS_BITS of the memory is written like its parameters",
    "unpacked-dimensions-range-ordering": "Yosys reads [0:DEPTH-1] and not [DEPTH]",
}
"""Rules of verible's default list that do not hold here, and why."""

KEYWORDS_OF_VERIBLE = ("potential",)
"""Words of Verilog-AMS that verible takes for keywords; SystemVerilog does not have them."""


def _slang(directory, sources):
    """All warnings of slang, but for the reviewed ones."""
    name = "slang finds no warning that is not reviewed"
    if importlib.util.find_spec("pyslang") is None:
        return Check(name, ("not run: pyslang is missing: install it with `pip install '.[synth]'`",))
    waivers = [f"-Wno-{warning}" for warning in REVIEWED_SLANG]
    return Check(name, slang_findings(directory, [sources.behavioural_memory, *sources.logic], waivers))


def slang_findings(directory, files, waivers=()):
    """First lines of slang's messages about `files` below `directory`, all warnings on but for `waivers`."""
    program = (
        "import sys, pyslang; from pyslang import driver\n"
        "slang = driver.Driver(); slang.addStandardArgs()\n"
        "good = slang.parseCommandLine(sys.argv[1]) and slang.processOptions() and slang.parseAllSources()\n"
        "found = pyslang.TextDiagnosticClient()\n"
        "slang.diagEngine.clearClients(); slang.diagEngine.addClient(found)\n"
        "design = slang.createCompilation()\n"
        "for message in design.getAllDiagnostics(): slang.diagEngine.issue(message)\n"
        "for message in slang.runAnalysis(design).getDiagnostics(): slang.diagEngine.issue(message)\n"
        "print(found.getString()); sys.exit(not good)\n"
    )
    words = ["slang", "-Weverything", *waivers, "--error-limit=0", "--top", TOP, *files]
    code, lines = _said([sys.executable, "-c", program, " ".join(words)], directory)
    messages = [line for line in lines if re.match(r"\S+:\d+:\d+: (?:warning|error): ", line)]
    if code and not messages:
        messages = [line for line in lines if line.strip()][-1:] or ["slang ended with an error"]
    return tuple(messages)


def _verible(directory, sources):
    """The default rules of verible, but for the reviewed ones."""
    rules = ["line-length=length:120", *(f"-{rule}" for rule in REVIEWED_VERIBLE)]
    files = [sources.behavioural_memory, *sources.logic]
    return _with_tool(
        "verible finds no break of a rule that is not reviewed", lambda: verible_findings(directory, files, rules)
    )


def verible_findings(directory, files, rules):
    """Messages of verible about copies of `files`, in which its additional keywords begin with a capital."""
    copies = Path(directory) / "verible"
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir()
    for file in files:
        text = (Path(directory) / file).read_text()
        (copies / Path(file).name).write_text(
            re.sub(rf"\b({'|'.join(KEYWORDS_OF_VERIBLE)})\b", lambda word: word[0].capitalize(), text)
        )
    names = (Path(file).name for file in files)
    code, lines = _said([*tools.command("verible-verilog-lint"), f"--rules={','.join(rules)}", *names], copies)
    return tuple(lines) or (("verible ended with an error",) if code else ())
