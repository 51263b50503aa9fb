"""Yosys scripts, run by the Yosys of PyPI, and the statistics that they write."""

import json
from collections import Counter
from pathlib import Path

from firstspike.flow.synthesis import process, tools


def run(directory, name, commands):
    """Run `commands` as the script `name`.ys in `directory`; all paths in it are relative to that directory.

    Returns
    -------
    process.Usage

    Raises
    ------
    SynthesisError
        Yosys is missing or stops with an error.
    """
    directory = Path(directory)
    (directory / f"{name}.ys").write_text("\n".join(commands) + "\n")
    # The one reliable output of the WebAssembly build is its log file; its stdout ends at the first `abc`.
    log = f"{name}.log"
    (directory / log).unlink(missing_ok=True)
    return process.run("yosys", [*tools.command("yosys"), "-q", "-l", log, f"{name}.ys"], directory, f"{name}.out", log)


def statistics(path):
    """What `tee -o PATH stat -json` wrote: module -> its entry, names without leading backslash."""
    text = Path(path).read_text()
    modules = json.loads(text)["modules"]
    return {name.removeprefix("\\"): entry for name, entry in modules.items()}


def cells(modules, name):
    """Cell type -> count in module `name` and everything below it, from `statistics`."""
    total = Counter()
    for kind, count in modules[name]["num_cells_by_type"].items():
        if kind.removeprefix("\\") in modules:
            for below, number in cells(modules, kind.removeprefix("\\")).items():
                total[below] += number * count
        else:
            total[kind] += count
    return total
