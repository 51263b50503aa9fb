import pytest

from firstspike.hw.writer.expressions import Inlined, is_exact, narrow, parse, rewrite, tidy

WIDTHS = {"a": 3, "b": 3, "net": 4, "flag": 1, "wide": 8}


def inlined(reader, driver, bits):
    tree = parse(driver, WIDTHS, set())
    return rewrite(parse(reader, WIDTHS, set()), lambda other: Inlined(tree, bits) if other.name == "net" else other)


@pytest.mark.parametrize(
    "reader, driver, bits, width, exact",
    [
        ("net + wide", "a + b", 4, 9, True),
        ("net < a", "a + b", 4, 1, False),  # three bits: the carry is lost
        ("net < wide", "a + b", 4, 1, True),
        ("wide >> net", "a + b", 4, 8, False),  # a shift distance has the bits of its own
        ("wide & net", "~ a", 3, 8, False),  # ones in front
        ("flag & net", "~ flag", 1, 1, True),
        ("wide + net", "a - b", 4, 9, False),  # borrows from bits that the net does not have
        ("net", "a - b", 4, 4, True),
    ],
)
def test_inlined_net_must_keep_its_value(reader, driver, bits, width, exact):
    assert is_exact(inlined(reader, driver, bits), width) is exact


def test_repeated_parts_are_a_replication():
    assert parse("{ 2'h0, flag, flag, flag, flag }", WIDTHS, set()).text == "{2'h0, {4{flag}}}"


def test_inverted_comparison_is_the_other_comparison():
    assert tidy(parse("~ flag", WIDTHS, set())).text == "~flag"
    assert tidy(inlined("~ net", "a == b", 1)).text == "a != b"


def test_lowest_bits_of_a_choice_are_a_choice_of_lowest_bits():
    assert narrow(parse("flag ? 4'h0 : wide", WIDTHS, set()), 2).text == "flag ? 2'h0 : wide[1:0]"


def test_text_that_yosys_does_not_write_is_an_error():
    with pytest.raises(ValueError):
        parse("a ** b", WIDTHS, set())
