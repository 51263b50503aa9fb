"""Runs a campaign: case after case, kept as they finish, and the first mismatch reduced to a small case."""

import json
import time
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstspike.golden.config import HardwareConfig
from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD
from firstspike.verify.random_networks import cases, chain
from firstspike.verify.random_networks import random_networks_results as results

STATE = BUILD / "campaign"
CASES_OF_PROCESS = 20
"""Cases that one process of the simulator runs; what is lost when a campaign is interrupted."""

MOST_DIFFERENCES = 10
"""Differences of a case that are printed."""


def run(console, target, seeds, output):
    """Check the cases of `seeds`; those that an interrupted campaign has checked are not simulated again.

    Parameters
    ----------
    console : rich.console.Console
    target : Target
    seeds : range
    output : Path
        JSON file for the result; not written if a case differs.

    Returns
    -------
    bool
        Whether nothing differs.

    Raises
    ------
    SimulationError
        A simulator cannot be built.
    """
    entries = collect(console, target, seeds)
    wrong = next((entry for entry in entries if entry["differences"]), None)
    if wrong is not None:
        console.print(f"[red]MISMATCH[/] in the network of seed {wrong['seed']}")
        _report(console, target, cases.from_seed(wrong["seed"], target.config(wrong["seed"])), wrong["differences"])
        return False
    summary = results.summary(entries, target)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, (json.dumps(summary, indent=2) + "\n").encode())
    console.print(
        f"[green]NO MISMATCH[/]: {summary['networks']:,} random networks (seeds {seeds[0]} to {seeds[-1]}), "
        f"{summary['compared']:,} spike words and potentials, {summary['cycles']:,} cycles; result: {output}",
        soft_wrap=True,
    )
    return True


def replay(console, target, what):
    """Check one case: that of a seed, or the one in a file that a failed campaign left.

    Returns
    -------
    bool
        Whether nothing differs.

    Raises
    ------
    SimulationError
        `what` is neither.
    """
    case = cases.from_seed(int(what), target.config(int(what))) if what.isdecimal() else _load(what)
    (checked,) = chain.check([case], target.simulator(case.config))
    console.print(repr(case), soft_wrap=True, markup=False)
    _print(console, checked.differences or ["nothing differs"])
    return not checked.differences


def collect(console, target, seeds):
    """`results.entry` of all cases, or of those up to a group in which one differs."""
    state = STATE / target.key() / "cases.jsonl"
    state.parent.mkdir(parents=True, exist_ok=True)
    done = results.load(state)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("networks"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress, open(state, "a", encoding="utf-8") as file:
        bar = progress.add_task("", total=len(seeds), completed=sum(seed in done for seed in seeds))
        for config, group in _groups(target, [seed for seed in seeds if seed not in done]):
            progress.update(bar, description=config.name)
            simulator = target.simulator(config)
            started = time.monotonic()
            drawn = [cases.from_seed(seed, config) for seed in group]
            checked = chain.check(drawn, simulator)
            seconds = (time.monotonic() - started) / len(group)
            entries = [results.entry(*one, seconds) for one in zip(group, drawn, checked)]
            done |= {entry["seed"]: entry for entry in entries}
            # One that differs is not kept: the next campaign meets it again.
            file.writelines(json.dumps(entry) + "\n" for entry in entries if not entry["differences"])
            file.flush()
            progress.advance(bar, len(group))
            if any(entry["differences"] for entry in entries):
                break
    return [done[seed] for seed in seeds if seed in done]


def _groups(target, seeds):
    """(configuration, seeds to simulate in one process); an interrupted campaign has built few simulators."""
    for config in target.configurations:
        of_config = [seed for seed in seeds if target.config(seed) == config]
        for first in range(0, len(of_config), CASES_OF_PROCESS):
            yield config, of_config[first : first + CASES_OF_PROCESS]


def _report(console, target, case, differences):
    """Print a case that differs and the simplest one that still does, and keep that in a file."""
    # hypothesis is a package of the tests, and only a failure needs it.
    from firstspike.verify.random_networks import shrink

    console.print(repr(case), soft_wrap=True, markup=False)
    _print(console, differences)
    with console.status("looking for the simplest case that fails"):
        simplest = shrink.shrink(case, lambda one: bool(_differences(target, one)))
    console.print(f"[red]SIMPLEST CASE[/] that fails: {simplest!r}", soft_wrap=True)
    _print(console, _differences(target, simplest))
    path = STATE / "failure.json"
    kept = {"configuration": simplest.config.model_dump(), "choices": simplest.choices}
    write_atomically(path, (json.dumps(kept, indent=2) + "\n").encode())
    console.print(f"repeat it with `firstspike verify campaign --replay {path}`", soft_wrap=True)


def _differences(target, case):
    (checked,) = chain.check([case], target.simulator(case.config))
    return checked.differences


def _load(path):
    """The case in the file that `_report` wrote."""
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        return cases.from_choices(kept["choices"], HardwareConfig.from_dict(kept["configuration"]))
    except OSError as error:
        raise SimulationError(
            f"cannot replay {path!r}: expected a seed or the file of a failing case ({error.strerror})"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise SimulationError(f"cannot replay {path}: it is not the file of a failing case ({error})") from None


def _print(console, differences):
    for difference in differences[:MOST_DIFFERENCES]:
        console.print(f"  {difference}", soft_wrap=True, markup=False)
