"""Drawings of single modules."""

from pathlib import Path

from firstspike.flow.synthesis import process, sources, tools, yosys
from firstspike.flow.synthesis.synthesis_errors import SynthesisError
from firstspike.golden.config import HardwareConfig


def draw(config: HardwareConfig, block: str, directory: Path) -> Path:
    """Draws one module as SVG, operators and registers as Yosys sees them before mapping.

    The block is a module without the prefix `firstspike_`.

    Raises
    ------
    SynthesisError
        No such module, or a tool is missing.
    """
    dot = tools.command("dot")
    written = sources.write(config, directory)
    known = {name.removeprefix("firstspike_"): name for name in written.design.modules}
    if block not in known:
        raise SynthesisError(f"no block {block!r}: expected one of {', '.join(sorted(known))}")
    yosys.run(
        directory,
        "schematic",
        [
            *written.read_commands([written.behavioural_memory]),
            "proc",
            "opt_expr",
            "opt_clean",
            "wreduce",
            "opt_clean",
            f"show -format dot -prefix {block} -width -colors 1 {known[block]}",
        ],
    )
    process.run("dot", [*dot, "-Tsvg", "-o", f"{block}.svg", f"{block}.dot"], directory, "dot.log")
    return directory / f"{block}.svg"
