"""The tables of docs/streams.md and docs/integration.md are those of the code."""

from pathlib import Path

import pytest

from firstspike.golden.counting import counters
from firstspike.golden.streams import record_fields, records
from firstspike.quant import models

DOCS = Path(__file__).parents[2] / "docs"


def table(text, name):
    """Rows of the table behind the mark `name`, without head."""
    block = text.partition(f"<!-- generated: {name} -->\n")[2].partition("<!-- end -->")[0]
    return [[cell.strip() for cell in row.strip("|\n").split("|")] for row in block.strip().splitlines()[2:]]


@pytest.fixture(scope="module")
def streams():
    return (DOCS / "streams.md").read_text()


def test_the_fields_of_the_records_are_those_of_the_code(streams):
    for opcode in records.FIELDS:
        assert table(streams, f"{opcode.name} record") == record_fields.table(opcode)


def test_the_counters_are_those_of_the_code(streams):
    expected = [[str(n), f"`{c.name}`", c.unit, c.description] for n, c in enumerate(counters.ALL)]
    assert table(streams, "counters") == expected


def test_the_error_codes_are_those_of_the_code():
    expected = [[str(int(code)), code.name, text] for code, text in records.ERROR_TEXTS.items()]
    assert table((DOCS / "integration.md").read_text(), "error codes") == expected


def test_the_start_record_in_hex_is_the_one_of_digits_on_tiny(streams):
    start = models.load("digits", "tiny").stream[:32]
    assert f"is the bytes `{start[:12].hex(' ')}` and 20 zeros" in streams.replace("\n", " ") and not any(start[12:])
    words = [f"{int.from_bytes(start[n : n + 4], 'little'):08x}" for n in (0, 4, 8)]
    assert f"`{words[0]}`, `{words[1]}`, `{words[2]}`" in streams
