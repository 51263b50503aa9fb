"""docs/verification.md: the testplan, the status of the presets, and a section for each campaign."""

import importlib
import importlib.util
import json

from golden.config import PRESETS
from sim.verification import presets

SECTIONS = (
    ("campaign", "sim.campaign", "Random networks through the RTL", "make campaign"),
    ("netlist", "sim.campaign", "Random networks through the gate-level netlist", "make gates"),
    ("formal", "hw.formal", "Formal proofs", "make formal"),
    ("mutation", "sim.mutation", "Mutation", "make mutate"),
    ("coverage", "sim.coverage", "Coverage of the RTL", "make coverage"),
    ("branches", "sim.branches", "Branches of the Python packages", "make branches"),
    ("faults", "sim.faults", "Faults", "make faults"),
    ("fuzz", "sim.fuzz", "Fuzzing", "make fuzz"),
)
"""File of results in docs/verification, package whose `document.section` renders it, title, command."""

INTRODUCTION = """\
# Verification

`make verification` writes this page from the testplan (`sim/verification/testplan.yaml`) and the results of the campaigns
in `docs/verification/`; each campaign is a command of its own. Do not edit it by hand.

The same numbers are computed along a chain, and each link must equal the next one, without a tolerance: spiking simulation
in time steps (`golden/time_stepped.py`) = definitions in plain integers (`golden/definitions.py`) = NumPy reference
(`golden/reference.py`) = fast path (`golden/fast.py`) = processor in Amaranth's simulator = generated Verilog in Verilator
= gate-level netlist. `tests/sim/campaign/test_chain.py` shows it on the same random networks up to the Verilog, `make
campaign` on a thousand others, and `make gates` for the netlist.
"""


def text(blocks, checks, directory):
    """The page.

    Parameters
    ----------
    blocks : list of testplan.Block
    checks : list of presets.Check
    directory : Path
        With the results of the campaigns.
    """
    found = {path.name for path in directory.glob(f"*{presets.RESULT_SUFFIX}")}
    parts = [INTRODUCTION, _status(checks, found), _testplan(blocks)]
    parts += [_section(directory, *section) for section in SECTIONS]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _status(checks, found):
    lines = ["## Status of the presets", "", f"| check | {' | '.join(f'`{preset}`' for preset in PRESETS)} |",
             "| --- |" + " --- |" * len(PRESETS)]
    lines += [f"| {check.check} | {' | '.join(presets.status(check, preset, found) for preset in PRESETS)} |"
              for check in checks]
    return "\n".join(lines)


def _testplan(blocks):
    lines = ["## Testplan"]
    for block in blocks:
        lines += ["", f"### {block.block[0].upper()}{block.block[1:]}", "",
                  f"{', '.join(f'`{file}`' for file in block.files)}", "", "| must hold | shown by |", "| --- | --- |"]
        for statement in block.holds:
            shown = [f"`{name}`" for name in statement.tests] + [f"proof `{name}`" for name in statement.proofs]
            lines.append(f"| {statement.what} | {'<br>'.join(shown)} |")
    return "\n".join(lines)


def _section(directory, name, package, title, command):
    path = directory / f"{name}{presets.RESULT_SUFFIX}"
    if not path.exists() or importlib.util.find_spec(package) is None:
        return f"## {title}\n\nNot measured: `{command}` has not been run."
    return importlib.import_module(f"{package}.document").section(json.loads(path.read_text(encoding="utf-8")))
