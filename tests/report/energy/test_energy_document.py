"""The JSON document: sums to the last digit, and every field explained."""

import json

import numpy as np

from firstspike.golden.codes import ttfs
from firstspike.golden.energy import tables
from firstspike.report.energy import energy_document as document


def test_every_sum_is_exact(small_document):
    total = small_document["summary"]["energy_aj"]
    assert total > 0
    assert sum(item["energy_aj"] for item in small_document["items"]) == total
    assert sum(item["count"] * item["price_aj"] for item in small_document["items"]) == total
    assert sum(row["energy_aj"] for row in small_document["layers"]) == total
    assert sum(small_document["summary"]["groups_aj"].values()) == total
    assert sum(small_document["summary"]["components_aj"].values()) == total
    for row in small_document["layers"]:
        assert (
            sum(value for name, value in row.items() if name.startswith("energy_") and name != "energy_aj")
            == row["energy_aj"]
        )
    for row in small_document["variants"]:
        assert sum(row["groups_aj"].values()) == row["energy_aj"]


def test_survives_json_without_loss(small_document):
    assert json.loads(json.dumps(small_document)) == small_document


def test_every_field_of_every_section_has_a_meaning(small_document):
    explained = small_document["fields"]
    assert set(explained) == set(small_document) - {"fields"} | {"actions"}
    assert set(small_document["summary"]) == set(explained["summary"])
    rows = ("items", "entries", "variants", "tables", "comparison", "published", "images", "classes", "confusions")
    for section in (*rows, "runs", "spread"):
        assert all(set(row) == set(explained[section]) for row in small_document[section])
    assert all(set(price) == set(explained["prices"]) for price in small_document["prices"].values())
    assert all(set(row) == set(explained["cycles"]) for run in small_document["cycles"] for row in run)
    assert {item["action"] for item in small_document["items"]} <= set(explained["actions"])
    pattern = {"energy_<component>_aj"}
    plain = {name for name in small_document["layers"][0] if not name.startswith("energy_") or name == "energy_aj"}
    assert plain == set(explained["layers"]) - pattern
    assert all(field["meaning"] for section in explained.values() for field in section.values())


def test_batches_and_dram_choices_stand_side_by_side(small_document):
    assert {(row["batch"], row["dram"]) for row in small_document["variants"]} >= {
        (1, "hbm2"),
        (1, "ddr4"),
        (4, "hbm2"),
        (4, "ddr4"),
    }


def test_spike_histograms_are_those_of_the_evaluation(small_material, small_document):
    for spikes, histogram in zip(small_material.evaluation.spikes, small_document["spike_times"].values()):
        assert len(histogram) == small_material.network.time_steps
        assert sum(histogram) == np.count_nonzero(spikes != ttfs.SILENT)
        assert histogram[3] == np.count_nonzero(spikes == 3)


def test_published_rows_are_labelled_with_their_source(small_document):
    row = next(row for row in small_document["published"] if row["dataset"] == "CIFAR-10")
    assert (row["microjoules"], row["accuracy"]) == ("486.7", "91.7")
    assert "2208.04494" in row["source"]


def test_entries_of_a_fallback_table_are_listed_behind_those_of_the_table():
    table = tables.load("sg13g2_28nm")
    names = [entry["table"] for entry in document._entries(table)]
    assert names == ["sg13g2_28nm"] * len(table.entries) + ["cacti_28nm"] * len(table.fallback.entries)
