"""The netlist between Amaranth and Yosys: identical modules become one, names become readable."""
