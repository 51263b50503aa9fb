"""The testplan: what must hold, block by block, and which tests and proofs show it (testplan.yaml)."""

import ast
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from firstspike.verify import yaml_entries

FILE = Path(__file__).parent / "testplan.yaml"


class Statement(yaml_entries.Entry):
    """Something that must hold, and what shows it."""

    what: Annotated[str, Field(min_length=1)]
    tests: Annotated[tuple[str, ...], Field(description="FILE::TEST, without parameters")] = ()
    proofs: Annotated[tuple[str, ...], Field(description="names of `firstspike verify formal`")] = ()

    @model_validator(mode="after")
    def _check(self):
        if not self.tests and not self.proofs:
            raise ValueError(f"nothing shows that {self.what}")
        return self


class Block(yaml_entries.Entry):
    """A part of the project."""

    block: str
    files: tuple[str, ...]
    holds: Annotated[tuple[Statement, ...], Field(min_length=1)]


load = yaml_entries.loader(FILE, Block, "blocks")


def missing(blocks: list[Block], root: Path, proofs: set[str]) -> list[str]:
    """What the testplan names and the project, with proofs of these names, has not."""
    tests = {name for block in blocks for statement in block.holds for name in statement.tests}
    defined = {file: _functions(root / file) for file in {name.partition("::")[0] for name in tests}}
    return sorted(
        [file for block in blocks for file in block.files if not (root / file).is_file()]
        + [name for name in tests if name.partition("::")[2] not in defined[name.partition("::")[0]]]
        + [name for block in blocks for statement in block.holds for name in statement.proofs if name not in proofs]
    )


def _functions(path):
    if not path.is_file():
        return set()
    return {
        node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    }
