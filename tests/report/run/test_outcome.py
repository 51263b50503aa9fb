import io

import numpy as np
from rich.console import Console

from firstspike.golden.streams.result import RunResult
from firstspike.report.run.outcome import Outcome


def run(*winners, cycles):
    potentials = np.full((len(winners), 2), -5, np.int64)
    potentials[np.arange(len(winners)), winners] = 5
    return RunResult(potentials, potentials, [], 0, 0, cycles)


def printed(network, labels, *updates):
    console = Console(file=io.StringIO(), width=80)
    outcome = Outcome(console, network, labels)
    for runs in updates:
        outcome.update(runs)
    return console.file.getvalue().splitlines()


def test_every_image_is_printed_once_with_the_accuracy_so_far(two_layers):
    runs = [run(1, cycles=1000), run(0, cycles=1100)]
    assert printed(two_layers, np.array([1, 1]), runs[:1], runs) == [
        "image 0: 1 (correct), 1,000 cycles, accuracy so far 100% (1 of 1)",
        "image 1: 0 (wrong, it is 1), 1,100 cycles, accuracy so far 50% (1 of 2)",
    ]


def test_the_images_of_a_batch_share_their_cycles(two_layers):
    assert printed(two_layers, None, [run(1, 0, cycles=500)]) == [
        "image 0: 1, 500 cycles for the 2 images of the run",
        "image 1: 0, 500 cycles for the 2 images of the run",
    ]


def test_of_many_images_only_the_wrong_ones_are_printed(two_layers):
    labels = np.ones(30, np.int64)
    lines = printed(two_layers, labels, [run(0 if index in (3, 25) else 1, cycles=7) for index in range(30)])
    assert len(lines) == 22
    assert lines[19].startswith("image 19: 1 (correct)") and lines[20] == "of the other 10 images those that are wrong:"
    assert lines[21] == "image 25: 0 (wrong, it is 1), 7 cycles, accuracy so far 92% (24 of 26)"
