"""Logits in the order that decides, and classes that add up to the images."""

import numpy as np

from firstspike.report.energy import answers


def test_the_largest_logit_is_that_of_the_class(make_material):
    for seed in range(5, 10):
        material = make_material(seed=seed)
        logits = np.array(answers.logits(material.network, material.evaluation.potentials))
        assert (logits.argmax(axis=1) == material.evaluation.classes(material.network)).all()


def test_a_logit_is_the_potential_scaled_by_its_offset(small_material):
    network, potentials = small_material.network, small_material.evaluation.potentials
    exact = potentials * 2.0 ** (network.layers[-1].offsets / 4 - network.fraction_bits)
    # LOGIT_TABLE has 8 bits behind the point.
    np.testing.assert_allclose(answers.logits(network, potentials), exact, rtol=1 / 256)


def test_classes_and_confusions_add_up_to_the_images(small_document):
    classes, summary = small_document["classes"], small_document["summary"]
    assert sum(row["images"] for row in classes) == summary["images"]
    assert sum(row["correct"] for row in classes) == summary["correct"]
    assert all(sum(row["answers"].values()) == row["images"] for row in classes)
    assert sum(row["images"] for row in small_document["confusions"]) == summary["images"] - summary["correct"]


def test_rows_are_by_label_and_the_most_frequent_confusion_comes_first():
    images = [{"label": label, "class": answer} for label, answer in ("ab", "ab", "aa", "ba", "cc")]
    rows = answers.by_class(("a", "b", "c", "d"), images)
    assert rows[0] == {"class": "a", "images": 3, "correct": 1, "accuracy": 1 / 3, "answers": {"a": 1, "b": 2}}
    assert rows[3] == {"class": "d", "images": 0, "correct": 0, "accuracy": None, "answers": {}}
    assert answers.confusions(rows) == [
        {"label": "a", "class": "b", "images": 2},
        {"label": "b", "class": "a", "images": 1},
    ]


def test_without_labels_there_are_no_classes():
    assert answers.by_class(("a",), [{"label": None, "class": "a"}]) == []
