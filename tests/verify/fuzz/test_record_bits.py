"""The fields of records by a few of their bits, and that the check can fail; `make fuzz` takes all bits."""

import pytest

from firstspike.golden.streams import record_fields, records
from firstspike.verify.fuzz import record_bits


def test_every_field_has_a_meaning_and_no_other():
    assert {opcode: list(meanings) for opcode, meanings in record_fields.MEANINGS.items()} == {
        opcode: [name for name, _ in fields] for opcode, fields in records.FIELDS.items()
    }


def test_all_bits_of_all_records_are_tried(faulty):
    places = [
        place
        for seed in record_bits.NETWORKS
        for place in record_bits.bits(record_bits.base(faulty.config, seed).network_file)
    ]
    assert len(places) == record_bits.BITS
    found = {(record, field) for record, field, _ in places}
    assert found >= {(record, field) for record, field, *_ in record_fields.rows()}
    assert {field for _, field, _ in places} >= {record_bits.UNUSED}


def test_bits_end_as_the_documents_say(faulty):
    # The START record, the first LAYER, and a PASS behind it: enough to meet each kind of outcome.
    found = record_bits.check(range(0, 768, 7), faulty.config, faulty)
    assert len(found) == len(range(0, 768, 7))
    assert [one for one in found if one["problem"]] == []
    assert {one["outcome"] for one in found} >= {"BAD_MAGIC", "BAD_FIELD", record_bits.SAME, record_bits.OTHER}


@pytest.mark.parametrize(
    "record, field, outcome, text",
    [
        ("START", "batch", record_bits.OTHER, "documented as never read, but the outcome is different"),
        ("LAYER", "images", "BAD_MAGIC", "documented as never read"),
        ("PASS", record_bits.UNUSED, "TIMEOUT", "documented as never read"),
        ("PASS", "channels", record_bits.SAME, "it changes nothing"),
    ],
)
def test_what_contradicts_the_documents_is_a_problem(record, field, outcome, text):
    assert text in record_bits.problem(record, field, outcome)


def test_what_the_documents_say_is_none():
    assert record_bits.problem("LAYER", "images", "BAD_FIELD") is None
    assert record_bits.problem("START", "batch", record_bits.SAME) is None
    assert record_bits.problem("PASS", "channels", record_bits.OTHER) is None
