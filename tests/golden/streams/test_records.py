import pytest

from firstspike.golden.streams import records

FIELDS = (("opcode", 8), ("rows", 16))


def test_fields_stand_from_the_low_bits_on_and_missing_ones_are_0():
    assert records.pack(FIELDS, {"rows": 0xABCD, "opcode": 0x12}) == 0xABCD12
    assert records.pack(FIELDS, {"rows": 1}) == 0x100
    assert records.unpack(FIELDS, 0xABCD12) == {"opcode": 0x12, "rows": 0xABCD}


@pytest.mark.parametrize("opcode", records.FIELDS, ids=lambda opcode: opcode.name)
def test_every_record_is_read_back(opcode):
    values = {name: (1 << bits) - 1 - index for index, (name, bits) in enumerate(records.FIELDS[opcode]) if bits > 8}
    found = records.unpack(records.FIELDS[opcode], records.pack(records.FIELDS[opcode], values))
    assert found == {name: values.get(name, 0) for name, _ in records.FIELDS[opcode]}


@pytest.mark.parametrize("value", [-1, 1 << 16])
def test_a_value_that_does_not_fit_is_refused_by_its_field(value):
    with pytest.raises(ValueError, match=f"record field rows has 16 bits, the value {value} does not fit"):
        records.pack(FIELDS, {"rows": value})


def test_a_field_that_no_record_has_is_refused():
    with pytest.raises(ValueError, match="no such record field: columns"):
        records.pack(FIELDS, {"columns": 1})
