from firstspike.hw.writer import ports, rtlil


def module(text):
    return rtlil.parse("module \\m\n" + text + "end\n")[0]


def wires(module):
    return {wire.name: (wire.direction, wire.width) for wire in module.wires.values()}


def test_a_merged_input_is_split_into_the_declared_ones():
    m = module(
        "wire width 3 input 0 \\port$7$2\nwire width 2 \\time\nwire width 1 \\sign\nwire width 3 output 1 \\o\n"
        "connect \\time \\port$7$2 [1:0]\nconnect \\sign \\port$7$2 [2]\nconnect \\o \\port$7$2 [2:0]\n"
    )
    old_bits = ports.restore(m, {"sign": "input", "time": "input"})
    assert wires(m) == {"sign": ("input", 1), "time": ("input", 2), "o": ("output", 3)}
    assert old_bits == {
        "sign": [("port$7$2", 2)],
        "time": [("port$7$2", 0), ("port$7$2", 1)],
        "o": [("o", 0), ("o", 1), ("o", 2)],
    }
    assert m.connections == [("o", "{ \\sign [0] \\time [1:0] }")]


def test_split_inputs_are_joined():
    m = module(
        "wire width 1 input 0 \\low\nwire width 2 input 1 \\high\nwire width 3 \\i\nwire width 1 output 2 \\o\n"
        "connect \\i { \\high [1:0] \\low [0] }\nconnect \\o \\high [1]\n"
    )
    old_bits = ports.restore(m, {"i": "input"})
    assert wires(m) == {"i": ("input", 3), "o": ("output", 1)}
    assert old_bits["i"] == [("low", 0), ("high", 0), ("high", 1)]
    assert m.connections == [("o", "\\i [2]")]


def test_an_input_with_constant_bits_keeps_only_the_others():
    m = module(
        "wire width 2 input 0 \\net\nwire width 4 \\i\nwire width 1 output 1 \\o\n"
        "connect \\i { 1'0 \\net [1:0] 1'1 }\nconnect \\o \\net [1]\n"
    )
    old_bits = ports.restore(m, {"i": "input"})
    assert wires(m) == {"i": (None, 4), "i_2_1": ("input", 2), "o": ("output", 1)}
    assert old_bits["i_2_1"] == [("net", 0), ("net", 1)]
    assert ("o", "\\i_2_1 [1]") in m.connections


def test_a_merged_output_is_split_into_the_declared_ones():
    m = module(
        "wire width 2 output 0 \\port$3$0\nwire width 2 $1\nwire width 1 \\a\nwire width 1 \\b\n"
        "wire width 2 input 1 \\i\n"
        "cell $not $2\nconnect \\A \\i\nconnect \\Y $1\nend\n"
        "connect \\port$3$0 $1 [1:0]\nconnect \\a $1 [0]\nconnect \\b $1 [1]\n"
    )
    old_bits = ports.restore(m, {"a": "output", "b": "output", "i": "input"})
    assert wires(m) == {"$1": (None, 2), "a": ("output", 1), "b": ("output", 1), "i": ("input", 2)}
    assert old_bits["b"] == [("port$3$0", 1)]
    assert sorted(m.connections) == [("a", "$1 [0]"), ("b", "$1 [1]")]


def test_an_output_under_an_internal_name_gets_the_declared_one():
    m = module(
        "attribute \\init 2'01\nwire width 2 output 0 \\count\nwire width 2 \\level\nwire width 1 input 1 \\clk\n"
        "cell $dff $1\nconnect \\D \\count [1:0]\nconnect \\CLK \\clk [0]\nconnect \\Q \\count\nend\n"
        "connect \\level \\count [1:0]\n"
    )
    old_bits = ports.restore(m, {"level": "output"})
    assert wires(m) == {"clk": ("input", 1), "level": ("output", 2)}
    assert m.wires["level"].attributes == {"init": "2'01"}
    assert m.cells[0].connections == {"D": "\\level [1:0]", "CLK": "\\clk [0]", "Q": "\\level [1:0]"}
    assert old_bits == {"clk": [("clk", 0)], "level": [("count", 0), ("count", 1)]}
    assert m.connections == []


def test_ports_of_no_interface_stay():
    m = module("wire width 2 input 0 \\i\nwire width 2 output 1 \\o\nconnect \\o \\i [1:0]\n")
    assert ports.restore(m, {}) == {"i": [("i", 0), ("i", 1)], "o": [("o", 0), ("o", 1)]}
    assert m.connections == [("o", "\\i [1:0]")]
