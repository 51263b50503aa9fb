import io

from rich.console import Console

from firstspike.golden.counting import counts
from firstspike.golden.evaluators import fast
from firstspike.report.run.progress import SimulationProgress, expected_cycles


def show(network_file, images, states):
    evaluation = fast.run(network_file.network, images)
    counted = [counts.count(network_file.network, network_file.schedule, images, evaluation)]
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with SimulationProgress(network_file.network, network_file.schedule, counted, console) as progress:
        shares = []
        for cycle, layer_run, ended in states:
            progress.update({"cycle": cycle, "layer_run": layer_run, "ended_runs": ended})
            shares.append(progress.share)
    return shares, console.file.getvalue(), expected_cycles(network_file.schedule, counted[0])


def test_layer_and_cycles_are_shown(make_network_file):
    network_file, images = make_network_file(1)
    _, text, _ = show(network_file, images, [(16384, 0, 0)])
    assert f"image 0, {network_file.network.layers[0].name}" in text and "16,384 cycles" in text


def test_the_share_grows_with_layers_and_reaches_no_more_than_all(make_network_file):
    network_file, images = make_network_file(1)
    last = len(network_file.schedule.runs) - 1
    assert last > 0
    shares, _, cycles = show(
        network_file, images, [(1, 0, 0), (10**9, 0, 0), (10**9 + 1, last, 0), (2 * 10**9, last, 0), (2 * 10**9, 0, 1)]
    )
    assert shares == sorted(shares) and shares[0] < shares[1] < shares[2]
    assert abs(shares[1] - cycles[0] / sum(cycles)) < 1e-9
    assert shares[3] == shares[4] == 1


def test_the_slower_of_events_and_weight_stream_counts(make_network_file):
    network_file, _ = make_network_file(1)
    schedule = network_file.schedule
    busy = [{"events": 10**6, "weight_rows": 1} for _ in schedule.runs]
    starved = [{"events": 1, "weight_rows": 1000} for _ in schedule.runs]
    assert expected_cycles(schedule, busy) == [10**6 // run.split for run in schedule.runs]
    row_words = [schedule.config.lanes // run.split * 5 / schedule.config.network_bits for run in schedule.runs]
    assert expected_cycles(schedule, starved) == [int(1000 * words) for words in row_words]
