from firstspike.hw.writer import rtlil
from firstspike.hw.writer.merge import merge

LEAF = """
module \\t.{name}
wire width 2 input 0 \\{port}
wire width 2 {wire}
wire width 2 output 1 \\o
cell ${operator} {cell}
connect \\A \\{port} [1:0]
connect \\Y {wire}
end
connect \\o {wire} [1:0]
connect \\i \\{port} [1:0]
wire width 2 \\i
end
"""


def leaf(name, port="i", operator="not", wire="$1", cell="$2"):
    text = LEAF.format(name=name, port=port, operator=operator, wire=wire, cell=cell)
    return text if port != "i" else text.replace("connect \\i \\i [1:0]\nwire width 2 \\i\n", "")


def top(*instances):
    wires = "".join(f"wire width 2 input {k} \\x{k}\nwire width 2 output {k} \\y{k}\n" for k in range(len(instances)))
    cells = "".join(
        f"cell \\t.{name} \\{name}\nconnect \\{port} \\x{k} [1:0]\nconnect \\o \\y{k}\nend\n"
        for k, (name, port) in enumerate(instances)
    )
    return f"module \\t\n{wires}{cells}end\n"


def merged(*leaves):
    text = top(*((name, port) for name, port, _ in leaves)) + "".join(leaf for _, _, leaf in leaves)
    return merge(rtlil.parse(text), {f"t.{name}": {"i": "input", "o": "output"} for name, _, _ in leaves})


def test_equal_contents_under_other_numbers_and_port_names_are_one_module():
    modules, instances = merged(("a", "i", leaf("a")), ("b", "net$9", leaf("b", "net$9", wire="$7", cell="$9")))
    assert list(instances.values()) == [["t"], ["t.a", "t.b"]]
    kinds = [cell.kind for cell in modules[0].cells]
    assert kinds[0] == kinds[1]
    assert [cell.connections for cell in modules[0].cells] == [
        {"i": "\\x0 [1:0]", "o": "\\y0 [1:0]"},
        {"i": "\\x1 [1:0]", "o": "\\y1 [1:0]"},
    ]


def test_different_contents_stay_different_modules():
    modules, instances = merged(("a", "i", leaf("a")), ("b", "i", leaf("b", operator="neg")))
    assert list(instances.values()) == [["t"], ["t.a"], ["t.b"]]
    assert [module.cells[0].kind for module in modules[1:]] == ["$not", "$neg"]
