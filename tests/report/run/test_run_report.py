import io
import json

import numpy as np
import pytest
from rich.console import Console

from firstspike.golden.counting import counters
from firstspike.report.run import run_report as report
from firstspike.sim import simulate


@pytest.fixture(scope="module")
def case(tiny, make_network_file):
    """A simulation of four images in two runs, and its report."""
    network_file, images = make_network_file(3, 2, 4)
    result = simulate.run(network_file, images, stall=0.1, seed=5, simulator=tiny)
    labels = result.classes.copy()
    labels[0] = (labels[0] + 1) % network_file.network.layers[-1].out_channels
    return result, labels, report.document(result, source="random", labels=labels, stall=0.1, seed=5)


def test_every_field_is_explained_and_no_other(case):
    document = case[-1]
    sections = {"summary": [document["summary"]], "layers": document["layers"], "images": document["images"]}
    for section, rows in sections.items():
        assert rows
        for row in rows:
            assert set(row) == set(document["fields"][section])
        for field in document["fields"][section].values():
            assert set(field) == {"unit", "meaning"} and len(field["meaning"]) > 10


def test_the_summary_says_what_was_simulated(case):
    result, _, document = case
    summary = document["summary"]
    assert summary["bit_exact"] is True and summary["first_divergence"] is None
    assert (summary["images"], summary["batch"], summary["stall"], summary["seed"]) == (4, 2, 0.1, 5)
    assert (summary["correct"], summary["accuracy"]) == (3, 0.75)
    assert summary["cycles_per_image"] == result.cycles / 4
    assert summary["network_stream_words"] == 2 * len(result.network_file.stream) // 4
    assert [image["potentials"] for image in document["images"]] == result.potentials.tolist()


def test_the_layers_sum_the_counters_of_all_runs(case):
    result, _, document = case
    for counter in counters.ALL:
        received = sum(counted[counter.name] for run in result.runs for counted in run.counters)
        assert sum(layer[counter.name] for layer in document["layers"]) == received
    assert sum(layer["compared"] for layer in document["layers"]) == (
        sum(np.size(spikes) for spikes in result.expected.spikes) + result.potentials.size
    )


def test_without_labels_there_is_no_accuracy(case):
    document = report.document(case[0], source="a picture")
    assert document["summary"]["accuracy"] is None and document["images"][0]["label"] is None


def test_the_file_is_json_and_comes_back(case, tmp_path):
    report.write(tmp_path / "reports" / "x.json", case[-1])
    assert json.loads((tmp_path / "reports" / "x.json").read_text()) == case[-1]
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["x.json"]


def print_table(document):
    console = Console(file=io.StringIO(), width=80)
    console.print(report.table(document))
    return console.file.getvalue()


def test_the_table_has_a_line_per_layer_within_80_characters(case):
    result, _, document = case
    text = print_table(document)
    for layer in result.network_file.network.layers:
        assert f" {layer.name} " in text
    assert "…" not in text and text.count("equal") == len(document["layers"]) + 1


def test_the_table_shows_how_much_differs(case):
    document = json.loads(json.dumps(case[-1]))
    document["layers"][0]["wrong"] = 17
    assert print_table(document).count("17 differ") == 2
