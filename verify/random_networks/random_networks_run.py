"""Runs a campaign: case after case, kept as they finish, and the first mismatch reduced to a small case."""

import json
import time
from pathlib import Path

from firstspike.golden import terminal
from firstspike.golden.config import HardwareConfig
from firstspike.golden.errors import SimulationError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD
from firstspike.verify.random_networks import cases, chain
from firstspike.verify.random_networks import random_networks_results as results

FAILURE = BUILD / "verify" / "failure.json"
"""The simplest case of the last mismatch."""

CASES_OF_PROCESS = 20
"""Cases that one process of the simulator runs; what is lost when a campaign is interrupted."""

MOST_DIFFERENCES = 10
"""Differences of a case that are printed."""


def run(work, target, seeds):
    """Check the cases of `seeds`.

    Parameters
    ----------
    work : verify.campaign.Work
    target : Target
    seeds : range

    Returns
    -------
    dict
        The contents of docs/verification/campaign.json.

    Raises
    ------
    SystemExit
        A case differs; it is printed, and so is the simplest case that still does.
    SimulationError
        A simulator cannot be built.
    """
    entries = collect(work, target, seeds)
    wrong = next((entry for entry in entries if entry["differences"]), None)
    if wrong is None:
        return results.summary(entries, target)
    work.console.print(terminal.marked("MISMATCH", "red", f" in the network of seed {wrong['seed']}"))
    _report(work, target, cases.from_seed(wrong["seed"], target.config(wrong["seed"])), wrong["differences"])
    raise SystemExit(1)


def replay(console, target, what):
    """Check one case: that of a seed, or the one in a file that a failed campaign left.

    Raises
    ------
    SystemExit
        Something differs.
    SimulationError
        `what` is neither.
    """
    case = cases.from_seed(int(what), target.config(int(what))) if what.isdecimal() else _load(what)
    differences = _differences(target, case)
    console.print(repr(case), soft_wrap=True)
    _print(console, differences or ["nothing differs"])
    if differences:
        raise SystemExit(1)


def collect(work, target, seeds):
    """`results.entry` of all cases, or of those up to a group in which one differs."""

    def groups(missing):
        # Configuration by configuration: an interrupted campaign has built few simulators.
        for config in target.configurations:
            of_config = [seed for seed in missing if target.config(seed) == config]
            for first in range(0, len(of_config), CASES_OF_PROCESS):
                yield of_config[first : first + CASES_OF_PROCESS]

    def check(group):
        config = target.config(group[0])
        simulator = target.simulator(config)
        started = time.monotonic()
        drawn = [cases.from_seed(seed, config) for seed in group]
        checked = chain.check(drawn, simulator)
        seconds = (time.monotonic() - started) / len(group)
        return [results.entry(*one, seconds) for one in zip(group, drawn, checked)]

    done = work.in_groups("networks, seed", target.key(), seeds, check, groups, lambda entry: entry["differences"])
    return list(done.values())


def _report(work, target, case, differences):
    """Print a case that differs and the simplest one that still does, and keep that in a file."""
    # hypothesis is a package of the tests, and only a failure needs it.
    from firstspike.verify.random_networks import shrink

    console = work.console
    console.print(repr(case), soft_wrap=True)
    _print(console, differences)
    with work.doing("looking for the simplest case that fails"):
        simplest = shrink.shrink(case, lambda one: bool(_differences(target, one)))
    console.print(terminal.marked("SIMPLEST CASE", "red", f" that fails: {simplest!r}"), soft_wrap=True)
    _print(console, _differences(target, simplest))
    kept = {"configuration": simplest.config.model_dump(), "choices": simplest.choices}
    FAILURE.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(FAILURE, (json.dumps(kept, indent=2) + "\n").encode())
    console.print(f"repeat it with `firstspike verify campaign --replay {FAILURE}`", soft_wrap=True)


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
        console.print(f"  {difference}", soft_wrap=True)
