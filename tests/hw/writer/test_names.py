import pytest

from firstspike.hw.writer import rtlil
from firstspike.hw.writer.names import module_names, rename_wires


def renamed(text):
    return rename_wires(rtlil.parse("module \\m\n" + text + "end\n")[0])


def test_anonymous_wires_are_called_after_their_operator():
    _, names = renamed(
        "wire width 1 input 0 \\a\nwire width 1 $1\nwire width 1 $2\nwire width 1 $3\n"
        "cell $not $4\nconnect \\A \\a\nconnect \\Y $1\nend\n"
        "cell $not $5\nconnect \\A $1\nconnect \\Y $2\nend\n"
        "process $6\nassign $3 [0] 1'0\nend\n"
    )
    assert names == {"a": "a", "$1": "not_1", "$2": "not_2", "$3": "select_1"}


def test_inputs_of_registers_are_called_after_the_register():
    module, names = renamed(
        "wire width 2 \\count\nwire width 2 $1\ncell $dff $2\nconnect \\D $1 [1:0]\nconnect \\Q \\count\nend\n"
    )
    assert names["$1"] == "count_next"
    assert module.cells[0].connections == {"D": "\\count_next [1:0]", "Q": "\\count [1:0]"}


def test_repeated_names_follow_the_instance():
    _, names = renamed(
        "wire width 1 \\o\nwire width 1 \\o$1\ncell \\m.pe_0 \\pe_0\nconnect \\x \\o\nend\n"
        "cell \\m.pe_1 \\pe_1\nconnect \\x \\o$1 [0]\nend\n"
    )
    assert names == {"o": "pe_0_x", "o$1": "pe_1_x"}


@pytest.mark.parametrize(
    "name, identifier",
    [
        ("payload.last", "payload__last"),
        ("time", "time_1"),
        ("logic", "logic_1"),
        ("i__payload", "i__payload"),
        ("words[3].valid", "words__3__valid"),
    ],
)
def test_names_are_identifiers_and_no_reserved_words(name, identifier):
    assert renamed(f"wire width 1 \\{name}\n")[1] == {name: identifier}


def test_names_stay_distinct():
    _, names = renamed("wire width 1 input 0 \\a__b\nwire width 1 \\a.b\nwire width 1 \\time\nwire width 1 \\time_1\n")
    assert len(set(names.values())) == 4
    assert names["a__b"] == "a__b"


def test_an_instance_called_like_a_wire_is_numbered():
    module, names = renamed("wire width 1 \\choice\ncell \\m.choice \\choice$9\nconnect \\c \\choice\nend\n")
    assert names == {"choice": "choice"}
    assert module.cells[0].name == "choice_1"


def test_modules_are_called_like_their_instances():
    assert module_names(
        {"t": ["t"], "t.array.pe_0": ["t.array.pe_0", "t.array.pe_1"], "t.array": ["t.array"]}, "top"
    ) == {"t": "top", "t.array.pe_0": "top_pe", "t.array": "top_array"}


def test_different_modules_of_one_name_are_told_apart_by_their_parents():
    paths = {name: [name] for name in ("t", "t.a.queue", "t.b.queue", "t.queue", "t.a.pe_0", "t.a.pe_1")}
    assert module_names(paths, "top") == {
        "t": "top",
        "t.a.queue": "top_a_queue",
        "t.b.queue": "top_b_queue",
        "t.queue": "top_queue",
        "t.a.pe_0": "top_pe",
        "t.a.pe_1": "top_pe_2",
    }
