"""The shipped tables, and what is wrong with bad ones."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from firstspike.golden.config import PRESETS
from firstspike.golden.energy import actions, tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.energy.operations import DRAM_BITS

GOOD = {
    "name": "own",
    "title": "own table",
    "entries": [
        {
            "action": "add",
            "bits": 32,
            "value": 0.1,
            "unit": "pJ",
            "node": "45 nm",
            "voltage": "0.9 V",
            "source": "test",
            "checked": "own",
        }
    ],
}


def write(tmp_path, content):
    path = tmp_path / "own.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def with_entry(**changes):
    entry = GOOD["entries"][0] | changes
    return GOOD | {"entries": [{name: value for name, value in entry.items() if value is not None}]}


@pytest.mark.parametrize("name", tables.names())
@pytest.mark.parametrize("config", PRESETS.values(), ids=list(PRESETS))
def test_every_shipped_table_prices_every_action_of_every_preset(name, config):
    table = tables.load(name)
    for action_name, action in actions.actions(config).items():
        if action_name not in DRAM_BITS:
            price = table.price(action)
            assert price.attojoules > 0 or price.derivation.startswith("left out") or "left out" in price.derivation


@pytest.mark.parametrize("name", tables.names())
def test_every_shipped_number_has_a_source_and_a_node(name):
    table = tables.load(name)
    assert table.name == name
    for entry in table.entries:
        assert entry.source and entry.node and entry.voltage


def test_the_arithmetic_convention_warns_that_it_leaves_memory_out():
    table = tables.load("snn_convention")
    assert "no memory" in table.warning
    assert "sram_read" in table.omits


def test_the_measured_table_takes_the_pe_and_the_memories_from_the_netlist_and_the_rest_from_the_literature():
    table, literature = tables.load("sg13g2_28nm"), tables.load("cacti_28nm")
    known = actions.actions(PRESETS["paper"])
    prices = {name: table.price(action) for name, action in known.items() if name not in DRAM_BITS}
    from_literature = {name for name, price in prices.items() if "not in sg13g2_28nm" in price.derivation}
    measured = {"exponent_add", "table_shift", "accumulate_add", "accumulator_register", "pe_registers"}
    memories = {name for name in prices if name.endswith(("_read", "_write"))}
    assert from_literature == set(prices) - measured - memories
    assert all(prices[name].attojoules == literature.price(known[name]).attojoules for name in from_literature)


@pytest.mark.parametrize("name", ["sg13g2_pe", "sg13g2_28nm"])
def test_the_measured_price_is_that_of_the_published_run_of_the_netlist(name):
    run = json.loads((Path(__file__).parents[3] / "docs" / "energy" / "netlist.json").read_text())
    (picojoules,) = (block["picojoules"] for block in run["blocks"] if block["block"] == "PEs")
    per_operation = sum(picojoules.values()) * run["cycles"] / run["sops"]
    (entry,) = (entry for entry in tables.load(name).entries if entry.action == "accumulate_add")
    assert run["technology"] in entry.source
    assert f"{entry.value} {entry.unit}" == f"{per_operation:.4f} pJ"


def test_dram_choices_are_named_and_exact():
    assert tables.dram("hbm2").attojoules == 4_000_000
    assert tables.dram("ddr4").attojoules == 12_450_000


def test_published_rows_have_the_numbers_of_the_abstract():
    rows = {row.dataset: (row.accuracy, row.microjoules) for row in tables.published() if row.dataset}
    assert rows == {
        "CIFAR-10": (Decimal("91.7"), Decimal("486.7")),
        "CIFAR-100": (Decimal("67.9"), Decimal("503.6")),
        "Tiny-ImageNet": (Decimal("57.4"), Decimal("1426")),
    }


def test_a_table_of_the_users_own_is_read(tmp_path):
    assert tables.load(write(tmp_path, GOOD)).entries[0].value == Decimal("0.1")


def test_unknown_table_names_the_known_ones():
    with pytest.raises(EnergyError, match="unknown energy table '28nm': expected a YAML file or one of cacti_28nm"):
        tables.load("28nm")


def test_unknown_dram_names_the_known_ones():
    with pytest.raises(EnergyError, match="unknown DRAM 'sram': expected one of hbm2, ddr4"):
        tables.dram("sram")


@pytest.mark.parametrize(
    "content, message",
    [
        (with_entry(value=-0.1), r"entry 1 \(add\)\.value: Input should be greater than or equal to 0"),
        (with_entry(unit=None), r"entry 1 \(add\)\.unit: Field required"),
        (with_entry(value="0.1 pJ"), r"\(add\)\.value: expected a number, got '0.1 pJ' \(the unit has its own field\)"),
        (with_entry(value=True), r"expected a number, got True"),
        (with_entry(value=float("nan")), r"entry 1 \(add\)\.value"),
        (with_entry(unit="mW"), r"unit of add must be one of fJ, pJ, nJ, not 'mW'"),
        (with_entry(node="45"), r"entry 1 \(add\)\.node"),
        (with_entry(source=""), r"entry 1 \(add\)\.source"),
        (with_entry(checked="maybe"), r"entry 1 \(add\)\.checked: Input should be 'page', 'code'"),
        (with_entry(action="ad"), r"entry 1 \(ad\): unknown action 'ad', expected one of add, multiply"),
        (with_entry(kilobytes=8), r"kilobytes belong to sram_read, sram_write, sram_leakage and to nothing else"),
        (with_entry(action="sram_read"), r"kilobytes belong to"),
        (with_entry(action="sram_read", bits=None, kilobytes=8), r"sram_read needs bits"),
        (
            with_entry(node="not stated", scaling={"family": "HP", "node": "28 nm", "voltage": "0.9 V"}),
            r"a value without node and voltage cannot be scaled",
        ),
        (with_entry(colour="red"), r"entry 1 \(add\)\.colour: Extra inputs are not permitted"),
        (GOOD | {"entries": GOOD["entries"] * 2}, r"add of the same size has two prices"),
        (
            GOOD | {"entries": [*GOOD["entries"], GOOD["entries"][0] | {"bits": None}]},
            r"add: one entry holds for any width, so there cannot be others",
        ),
        (
            GOOD
            | {
                "entries": [
                    GOOD["entries"][0] | {"action": "sram_read", "bits": bits, "kilobytes": kilobytes}
                    for bits, kilobytes in ((8, 1), (16, 2))
                ]
            },
            r"sram_read: all entries must have words of the same number of bits",
        ),
        (GOOD | {"omits": {"add": "why not"}}, r"omits: add is left out, but has a price too"),
        (GOOD | {"omits": {"adds": "why not"}}, r"omits: unknown action 'adds'"),
        ({"name": "own", "entries": GOOD["entries"]}, r"title: Field required"),
        (GOOD | {"fallback": "28nm"}, r"fallback: unknown table '28nm', expected one of cacti_28nm"),
        (GOOD | {"fallback": 3}, r"fallback: unknown table 3, expected one of cacti_28nm"),
        ("a: [", r"is not YAML"),
        ("just text", r"Input should be a valid dictionary"),
    ],
)
def test_malformed_table_is_one_clear_error(tmp_path, content, message):
    with pytest.raises(EnergyError, match=message):
        tables.load(write(tmp_path, content))


def test_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(EnergyError, match="cannot read energy table .*none.yaml: No such file"):
        tables.load(tmp_path / "none.yaml")
