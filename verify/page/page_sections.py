"""docs/verification.md: the testplan, the status of the presets, and a section for each campaign."""

import importlib
import json

from firstspike.golden.config import PRESETS
from firstspike.verify.page import presets

SECTIONS = (
    (
        "campaign",
        "firstspike.verify.random_networks.random_networks_section",
        "Random networks through the RTL",
        "make campaign",
    ),
    (
        "netlist",
        "firstspike.verify.random_networks.random_networks_section",
        "Random networks through the gate-level netlist",
        "make gates",
    ),
    ("formal", "firstspike.verify.formal.formal_section", "Formal proofs", "make formal"),
    ("mutation", "firstspike.verify.mutation.mutation_section", "Mutation", "make mutate"),
    ("coverage", "firstspike.verify.coverage.coverage_section", "Coverage of the RTL", "make coverage"),
    ("branches", "firstspike.verify.branches.branches_section", "Branches of the Python packages", "make branches"),
    ("faults", "firstspike.verify.faults.faults_section", "Faults", "make faults"),
    ("fuzz", "firstspike.verify.fuzz.fuzz_section", "Fuzzing", "make fuzz"),
)
"""File of results in docs/verification, module whose `section` renders it, title, command."""

INTRODUCTION = """\
# Verification

`make verification` writes this page from the testplan (`verify/page/testplan.yaml`) and the results of the campaigns
in `docs/verification/`; each campaign is a command of its own. Do not edit it by hand.

The same numbers are computed along a chain, and each link must equal the next one, without a tolerance: spiking simulation
in time steps (`golden/evaluators/time_stepped.py`) = definitions in plain integers (`golden/evaluators/definitions.py`) = NumPy reference
(`golden/evaluators/reference.py`) = fast path (`golden/evaluators/fast.py`) = processor in Amaranth's simulator = generated Verilog in Verilator
= gate-level netlist. `tests/verify/random_networks/test_chain.py` shows it on the same random networks up to the Verilog, `make
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
    lines = [
        "## Status of the presets",
        "",
        f"| check | {' | '.join(f'`{preset}`' for preset in PRESETS)} |",
        "| --- |" + " --- |" * len(PRESETS),
    ]
    lines += [
        f"| {check.check} | {' | '.join(presets.status(check, preset, found) for preset in PRESETS)} |"
        for check in checks
    ]
    return "\n".join(lines)


def _testplan(blocks):
    lines = ["## Testplan"]
    for block in blocks:
        lines += [
            "",
            f"### {block.block[0].upper()}{block.block[1:]}",
            "",
            f"{', '.join(f'`{file}`' for file in block.files)}",
            "",
            "| must hold | shown by |",
            "| --- | --- |",
        ]
        for statement in block.holds:
            shown = [f"`{name}`" for name in statement.tests] + [f"proof `{name}`" for name in statement.proofs]
            lines.append(f"| {statement.what} | {'<br>'.join(shown)} |")
    return "\n".join(lines)


def _section(directory, name, module, title, command):
    path = directory / f"{name}{presets.RESULT_SUFFIX}"
    if not path.exists():
        return f"## {title}\n\nNot measured: `{command}` has not been run."
    return importlib.import_module(module).section(json.loads(path.read_text(encoding="utf-8")))
