import pytest

from firstspike.golden import markdown


def test_blocks_stand_apart_and_nothing_is_left_out_without_a_gap():
    assert markdown.page("# A", "", None, "text\n\n", "end") == "# A\n\ntext\n\nend\n"


def test_a_table_has_numbers_to_the_right_and_no_bar_inside_of_a_cell():
    assert markdown.table(("what", "a|b"), [("one", 1), iter(("x|y", "2"))]) == (
        "| what | a\\|b |\n| --- | ---: |\n| one | 1 |\n| x\\|y | 2 |"
    )
    assert "| ---: | --- |" in markdown.table(("n", "why"), [], "rl")


def test_an_alignment_of_other_columns_is_refused():
    with pytest.raises(ValueError, match="expected 2 letters"):
        markdown.table(("a", "b"), [], "l")
