"""docs/verification.md: the testplan, the status of the presets, and a section for each campaign."""

import json
from pathlib import Path

from firstspike.golden import markdown
from firstspike.golden.config import PRESETS
from firstspike.verify.campaigns import CAMPAIGNS
from firstspike.verify.page import presets
from firstspike.verify.page.testplan import Block

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


def text(blocks: list[Block], checks: list[presets.Check], directory: Path) -> str:
    """The page; the directory has the results of the campaigns."""
    found = {path.name for path in directory.glob(f"*{presets.RESULT_SUFFIX}")}
    sections = [
        _section(directory / f"{name}{presets.RESULT_SUFFIX}", campaign, *titles)
        for campaign in CAMPAIGNS
        for name, titles in campaign.pages.items()
    ]
    return markdown.page(INTRODUCTION, *_status(checks, found), *_testplan(blocks), *sections)


def _status(checks, found):
    yield "## Status of the presets"
    yield markdown.table(
        ("check", *(f"`{preset}`" for preset in PRESETS)),
        [(check.check, *(presets.status(check, preset, found) for preset in PRESETS)) for check in checks],
        "l" * (1 + len(PRESETS)),
    )


def _testplan(blocks):
    yield "## Testplan"
    for block in blocks:
        yield f"### {block.block[0].upper()}{block.block[1:]}"
        yield ", ".join(f"`{file}`" for file in block.files)
        yield markdown.table(("must hold", "shown by"), [(one.what, _shown_by(one)) for one in block.holds], "ll")


def _shown_by(statement):
    return "<br>".join([f"`{name}`" for name in statement.tests] + [f"proof `{name}`" for name in statement.proofs])


def _section(path, campaign, title, command):
    if not path.exists():
        return markdown.page(f"## {title}", f"Not measured: `{command}` has not been run.")
    return campaign.section(json.loads(path.read_text(encoding="utf-8")))
