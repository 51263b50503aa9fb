"""A short version of the campaign, and that it can fail."""

import numpy as np
import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.errors import SimulationError
from firstspike.golden.streams.records import ErrorCode, Packet
from firstspike.golden.streams.result import BEAT
from firstspike.verify.fuzz import malformed_streams as streams


def beats(*words):
    """A result stream of these words, the last one with tlast."""
    found = np.zeros(len(words), BEAT)
    found["data"] = words
    found["last"][-1] = 1
    return found


def test_malformed_streams_end_and_a_reset_makes_good_of_them(faulty):
    seeds = range(2 * len(streams.MUTATIONS))
    found = streams.check([streams.from_seed(seed, faulty.config) for seed in seeds], faulty)
    assert [one for one in found if one["problem"]] == []
    assert {one["kind"] for one in found} == set(streams.MUTATIONS)
    assert {streams.RESULT, "TIMEOUT", "BAD_OPCODE", "EARLY_END"} <= {one["outcome"] for one in found}


def test_a_run_beyond_the_bound_is_a_problem_of_its_case_only(faulty, monkeypatch):
    # Only a run that waits for the watchdog is that long; the good runs after the two take less than 4,000 cycles.
    monkeypatch.setattr(streams, "MOST_CYCLES", 10_000)
    cases = [streams.from_seed(seed, PRESETS["tiny"]) for seed in (13, 10)]
    assert [case.kind for case in cases] == ["random words", "image stopped"]
    quick, stopped = streams.check(cases, faulty)
    assert quick["problem"] is None and quick["outcome"] == "BAD_MAGIC"
    assert "has not ended after" in stopped["problem"]


def test_results_and_error_codes_are_outcomes():
    done, error = Packet.DONE << 24 | 3, Packet.ERROR << 24 | 1
    assert streams.outcome(beats(done, 1, 2, 3)) == streams.RESULT
    assert streams.outcome(beats(error, ErrorCode.TIMEOUT)) == "TIMEOUT"
    with pytest.raises(SimulationError, match="ends with a packet of type 4 and payload .99"):
        streams.outcome(beats(error, 99))


def test_a_case_can_be_repeated():
    one, other = (streams.from_seed(17, PRESETS["tiny"]) for _ in range(2))
    assert (one.bad, one.kind, one.good.choices) == (other.bad, other.kind, other.good.choices)
    assert streams.from_seed(18, PRESETS["tiny"]).bad != one.bad
