"""Drawings of single modules."""

from pathlib import Path

from firstspike.flow.synthesis import process, sources, tools, yosys
from firstspike.flow.synthesis.synthesis_errors import SynthesisError


def draw(config, block, directory):
    """Draws one module as SVG, operators and registers as Yosys sees them before mapping.

    Parameters
    ----------
    config : HardwareConfig
    block : str
        Module without the prefix `firstspike_`.
    directory : Path

    Returns
    -------
    Path
        The SVG.

    Raises
    ------
    SynthesisError
        No such module, or a tool is missing.
    """
    dot = tools.command("dot")
    directory = Path(directory)
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
