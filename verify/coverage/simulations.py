"""Runs the streams of the coverage through an instrumented processor and collects what they met."""

from collections import Counter
from pathlib import Path

from firstspike.golden import source_closure
from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.golden.paths import BUILD
from firstspike.golden.streams import result as results
from firstspike.sim import bench, build, processor, simulate
from firstspike.verify import wrong_streams
from firstspike.verify.coverage import bins, points
from firstspike.verify.coverage import coverage_streams as streams
from firstspike.verify.random_networks import chain

STATE = BUILD / "verify" / "coverage"
COVER_STATEMENTS = Path(__file__).parent / "coverage.sv"
WAIVERS = "verify/coverage/waivers.yaml"
"""Are applied to what the simulations met; no simulation reads them."""

GROUP = 10
"""Streams of one process of the simulator; what is lost when the measurement is interrupted."""

NETWORKS = 120
ATTEMPT_CASES = 4
RANDOM_RECORDS = 40
WATCHDOG_CYCLES = 4096
"""That of `tiny` is 16,384, and most of the time would pass waiting for it."""

CONFIGURATION = PRESETS["tiny"].model_copy(update={"name": "tiny_coverage", "watchdog_cycles": WATCHDOG_CYCLES})


class CoverageError(SimulationError):
    """A stream did not end as it must, so that what it met counts for nothing."""


def simulator():
    """The processor with counters for lines, toggles and cover statements, compiled the first time."""
    # SYNTHESIS leaves out the memories' assertion that no row is read and written in one cycle: a wrong record may do that,
    # and what is read then does not matter.
    return build.build(
        CONFIGURATION,
        [*processor.sources(CONFIGURATION), COVER_STATEMENTS],
        coverage=True,
        defines={"RING_ROWS": CONFIGURATION.ring_rows, "SYNTHESIS": 1},
    )


def groups():
    """(name, function of a simulator and a coverage file that returns (bins, cycles)) of all simulations."""
    cases = streams.networks(CONFIGURATION, NETWORKS)
    for first in range(0, NETWORKS, GROUP):
        part = cases[first : first + GROUP]
        yield f"networks{first}", lambda compiled, file, part=part: _networks(part, compiled, file)
    yield "image_arrivals", lambda compiled, file: _networks(streams.image_arrivals(CONFIGURATION), compiled, file)
    # Small networks: what is wrong with a stream shows at its beginning or its end.
    small = sorted(cases, key=lambda case: len(case.network_file.stream))
    several = [case for case in small if len(case.network_file.network.layers) > 1][:ATTEMPT_CASES]
    attempts = [
        attempt
        for case in several
        for part in (
            wrong_streams.wrong_records(case),
            wrong_streams.wrong_lengths(case),
            wrong_streams.random_records(case, range(RANDOM_RECORDS)),
            [wrong_streams.interrupted(case)],
        )
        for attempt in part
    ]
    for first in range(0, len(attempts), GROUP):
        part = attempts[first : first + GROUP]
        yield f"attempts{first}", lambda compiled, file, part=part: _attempts(part, compiled, file)


def _networks(cases, compiled, file):
    found, cycles = Counter(), 0
    for case, result in zip(cases, simulate.run_all(list(map(chain.job, cases)), compiled, coverage=file)):
        if not result.matches:
            raise CoverageError(
                f"{case!r}: {result.divergence or result.counter_differences or result.cycle_differences}"
            )
        for run in result.runs:
            found += bins.of_network(case.network_file, run.counters)
        cycles += result.cycles
    return found, cycles


def _attempts(attempts, compiled, file):
    found, cycles = Counter(), 0
    recordings = bench.run_all(compiled, [attempt.stimulus for attempt in attempts], coverage=file)
    for attempt, recording in zip(attempts, recordings, strict=True):
        code = results.error_code(recording.results)
        if attempt.outcome is not None and code != attempt.outcome:
            raise CoverageError(
                f"{attempt.name}: expected {attempt.outcome.name}, got {code.name if code else 'a result'}"
            )
        found["outcome of a run", code.name if code else attempt.name if attempt.name in bins.OUTCOMES else "DONE"] += 1
        cycles += recording.cycles
    return found, cycles


def identity(compiled):
    """Digest of all that decides what the simulations meet in this simulator."""
    return source_closure.digest([__name__], [CONFIGURATION.to_json(), str(compiled.directory)], without=[WAIVERS])


def collect(compiled, work):
    """Everything that all simulations met.

    Parameters
    ----------
    compiled : sim.build.Simulator
    work : verify.campaign.Work

    Returns
    -------
    (Counter of points.Point, Counter of (group, bin), int)
        Counts, functional bins, cycles simulated.

    Raises
    ------
    CoverageError
    """
    same = identity(compiled)
    # What Verilator writes is long: it stays in files of its own.
    state = STATE / same
    state.mkdir(parents=True, exist_ok=True)

    def measured(name, measure):
        found, cycles = measure(compiled, state / f"{name}.dat")
        return {"bins": [[*key, count] for key, count in found.items()], "cycles": cycles}

    done = work.each(
        "simulations",
        same,
        {name: lambda name=name, measure=measure: measured(name, measure) for name, measure in groups()},
    )
    met, found = Counter(), Counter()
    for name, kept in done.items():
        met.update(points.load(state / f"{name}.dat"))
        found.update({(group, one): count for group, one, count in kept["bins"]})
    return met, found, sum(kept["cycles"] for kept in done.values())
