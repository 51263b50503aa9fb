import struct

import numpy as np
import pytest

from firstspike.golden.errors import SimulationError
from firstspike.golden.streams import result as results
from firstspike.golden.streams import trace
from firstspike.sim import bench
from firstspike.sim.stimulus import Stimulus

ERROR_PACKET, CHANGING_DATA, FALLING_VALID, SILENCE, FAILING_ASSERTION = 1, 2, 3, 4, 6
IMAGE = (0x00010203, 0x00040506)


def stimulus(fault=0, runs=1, **settings):
    network = struct.pack("<5I", fault, 0x100, 0x200, 0x300, 0x400)
    return Stimulus(network, struct.pack("<2I", *IMAGE) * runs, runs, 2, **settings)


def run(scripted, *arguments, **settings):
    return bench.run(scripted, stimulus(*arguments, **settings))


def same(first, second):
    return first.results.tobytes() == second.results.tobytes() and first.trace.tobytes() == second.trace.tobytes()


def test_both_streams_arrive_unchanged_in_every_run(scripted, two_layers, two_layer_schedule):
    recording = run(scripted, runs=3)
    for received in results.parse(recording.results, two_layers, two_layer_schedule, 3):
        assert received.potentials.tolist() == [[0xA00, -sum(IMAGE)]]
        assert (received.network_words, received.image_words) == (5, 2)
        assert received.counters[1]["events"] == 100


def test_without_stalls_every_cycle_moves_a_beat(scripted):
    recording = run(scripted)
    assert np.diff(recording.results["cycle"].astype(int)).tolist() == [1] * (len(recording.results) - 1)
    assert recording.cycles == 1 + 5 + 2 + len(recording.results)


def test_spike_words_are_recorded_with_address_and_cycle(scripted, two_layers, two_layer_schedule):
    recording = run(scripted)
    (first,) = trace.layers(recording.trace, two_layers, two_layer_schedule, 1)
    words = np.array([[word >> 5 * neuron & 31 for neuron in range(4)] for word in IMAGE])
    assert first.spikes[0, :, 0, :].T.tolist() == words.tolist()
    assert first.cycles[0, 0, 0].tolist() == [6, 7]


def test_stalls_delay_every_stream_but_change_no_value(scripted, two_layers, two_layer_schedule):
    free, stalled = run(scripted, runs=20), run(scripted, runs=20, stall=0.5, seed=3)
    assert stalled.results["data"][::200].tolist() != [] and stalled.cycles > 1.5 * free.cycles
    gaps = {
        "network and images": np.diff(stalled.trace["cycle"].astype(int)),
        "results": np.diff(stalled.results["cycle"].astype(int)),
    }
    assert all((gap > 1).any() for gap in gaps.values())
    assert free.trace["data"].tolist() == stalled.trace["data"].tolist()
    pairs = zip(
        results.parse(free.results, two_layers, two_layer_schedule, 20),
        results.parse(stalled.results, two_layers, two_layer_schedule, 20),
    )
    assert all(one.potentials.tolist() == two.potentials.tolist() for one, two in pairs)


def test_a_seed_repeats_a_stalled_run_cycle_by_cycle(scripted):
    first = run(scripted, runs=5, stall=0.3, seed=7)
    assert same(first, run(scripted, runs=5, stall=0.3, seed=7))
    assert not same(first, run(scripted, runs=5, stall=0.3, seed=8))


def test_the_share_of_stalled_cycles_is_the_one_ordered(scripted):
    recording = run(scripted, runs=100, stall=0.4, seed=1)
    cycles = recording.results["cycle"].astype(int)
    inside = np.diff(cycles)[~recording.results["last"][:-1].astype(bool)]
    # A beat waits a geometrically distributed number of cycles; 5,700 of them average 1 / (1 - stall).
    assert abs(inside.mean() - 1 / 0.6) < 0.1


def test_an_error_packet_ends_the_simulation_at_once(scripted, two_layers, two_layer_schedule):
    recording = run(scripted, ERROR_PACKET, runs=1000)
    assert recording.cycles < 100
    with pytest.raises(SimulationError, match="TIMEOUT"):
        results.parse(recording.results, two_layers, two_layer_schedule, 1000)


@pytest.mark.parametrize(
    "fault, message",
    [
        (CHANGING_DATA, "tdata changed before the beat was accepted"),
        (FALLING_VALID, "tvalid fell before the beat was accepted"),
        (FAILING_ASSERTION, "the ordered assertion"),
    ],
)
def test_a_failing_assertion_is_reported_with_its_text(scripted, fault, message):
    with pytest.raises(SimulationError, match=message):
        run(scripted, fault, runs=5, stall=0.5, seed=1)


def test_a_processor_that_never_answers_is_reported(scripted):
    with pytest.raises(SimulationError, match="the simulation hangs: no stream has moved"):
        run(scripted, SILENCE)


def test_a_network_stream_can_be_cut_off(scripted):
    with pytest.raises(SimulationError, match="hangs"):
        run(scripted, network_words=3)


def test_the_state_of_the_simulation_is_reported(scripted):
    states, ended = [], []
    bench.run(
        scripted,
        stimulus(runs=400),
        on_progress=states.append,
        on_run_end=lambda beats, runs: ended.append((len(beats), runs)),
    )
    assert 0 < states[-1].pop("seconds") < 600
    assert states[-1] == {
        "cycle": 1 + 400 * 63,
        "ended_runs": 400,
        "layer_run": 0,
        "finished": 1,
        "hung": 0,
        "corrections": 0,
    }
    assert ended[-1] == (400 * 56, 400)


def test_nothing_is_left_behind(scripted, tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "BUILD", tmp_path)
    run(scripted)
    with pytest.raises(SimulationError):
        run(scripted, SILENCE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_jobs_in_one_process_are_those_of_processes_of_their_own(scripted):
    stimuli = [stimulus(runs=2), stimulus(ERROR_PACKET, runs=9), stimulus(runs=3, stall=0.5, seed=4), stimulus()]
    alone = [bench.run(scripted, one) for one in stimuli]
    together = bench.run_all(scripted, stimuli)
    assert [one.cycles for one in together] == [one.cycles for one in alone]
    assert all(same(one, other) for one, other in zip(together, alone, strict=True))


def test_a_job_that_fails_is_named(scripted):
    with pytest.raises(SimulationError, match="the simulation hangs: .* of job 1"):
        bench.run_all(scripted, [stimulus(), stimulus(SILENCE), stimulus()])
