from firstspike.flow.power import cells

NETLIST = r"""module top(clk, a);
  wire \pe.sum ;
  DFF \pe.sum[0]_cell  (
    .CK(clk),
    .D(\pe.next [3]),
    .Q(\pe.sum[0] )
  );
  firstspike_sram_8x4 memory (
    .clk(clk),
    .data({a, a})
  );
endmodule
"""


def test_instances_with_the_nets_of_their_pins():
    flip_flop, memory = cells.read(NETLIST)
    assert (flip_flop.kind, flip_flop.name) == ("DFF", "pe.sum[0]_cell")
    assert flip_flop.nets == {"CK": "clk", "D": "pe.next[3]", "Q": "pe.sum[0]"}
    assert (memory.kind, memory.nets["clk"]) == ("firstspike_sram_8x4", "clk")


def test_names_keep_their_brackets_and_lose_their_escapes():
    (nand,) = cells.read("  nand2 \\pe.x[0]_cell  (\n    .A(\\pe.a[0] ),\n    .Y(_1_)\n  );\n")
    assert (nand.name, nand.nets) == ("pe.x[0]_cell", {"A": "pe.a[0]", "Y": "_1_"})
