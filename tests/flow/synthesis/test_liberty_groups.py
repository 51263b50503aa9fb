import pytest

from firstspike.flow.synthesis import liberty_groups


def test_groups_and_attributes_of_all_forms():
    library = liberty_groups.parse("""/* a { comment */ library (lib) {
        simple : 1.5; quoted : "a (b) ; c";
        complex (1, "x, y");
        cell ("A") { area : 2; pin(X) { } }
        cell (B) { lines ("1, 2", \\
                          "3, 4"); }
        broken : "one \\
                  two";
    }""")
    assert (library.name, library.arguments) == ("library", ["lib"])
    assert library.attributes["complex"] == ["1", "x, y"]
    assert (library.value("simple"), library.value("quoted"), library.value("none")) == ("1.5", "a (b) ; c", None)
    first, second = library.all("cell")
    assert (first.arguments, first.value("area"), first.one("pin").arguments, first.one("none")) == (
        ["A"],
        "2",
        ["X"],
        None,
    )
    assert second.attributes["lines"] == ["1, 2", "3, 4"]
    assert library.value("broken").split() == ["one", "\\", "two"]


def test_a_value_without_a_semicolon_ends_with_its_line():
    library = liberty_groups.parse(
        'library(x) {\n cell (A) {\n area : 0.5\n kind : "a;b"  \n pin (Y) { }\n }\n cell (B) { area : 2; }\n}\n'
    )
    assert [cell.arguments for cell in library.all("cell")] == [["A"], ["B"]]
    assert (library.one("cell").value("area"), library.one("cell").value("kind")) == ("0.5", "a;b")
    assert [pin.arguments for pin in library.one("cell").all("pin")] == [["Y"]]


def test_a_name_without_a_value_is_passed_over():
    library = liberty_groups.parse("library (lib) { ; nothing cell (A) { area : 2; } ; }")
    assert [cell.arguments for cell in library.all("cell")] == [["A"]] and not library.attributes


@pytest.mark.parametrize("text", ["", "library (lib) { cell (A) { area : 2;", "library"])
def test_a_text_without_a_complete_group_is_an_error(text):
    with pytest.raises(ValueError, match="no complete Liberty group"):
        liberty_groups.parse(text)
