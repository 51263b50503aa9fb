"""Timing constraints of the top level (SDC)."""

FILE = "firstspike.sdc"
DEFAULT_CLOCK_MHZ = 100
INPUT_DELAY = 0.4
OUTPUT_DELAY = 0.4
UNCERTAINTY = 0.02


def text(design, clock_mhz, origin):
    """SDC text: one clock, and what the surroundings of every port take of its period."""
    *_, top = design.modules
    ports = design.modules[top].ports
    inputs = _groups(wire for wire in ports if wire.direction == "input" and wire.name != "clk")
    outputs = _groups(wire for wire in ports if wire.direction == "output")
    return f"""\
# Timing constraints of {top}. {origin}
#
# All ports belong to one clock and are registered or a few gates from a register; no path leads from an input to an
# output. The surroundings get {INPUT_DELAY:.0%} of the period before an input and {OUTPUT_DELAY:.0%} after an output:
# change the shares here.
set period {1000 / clock_mhz:.3f}
create_clock -name clk -period $period [get_ports clk]
set_clock_uncertainty [expr {{{UNCERTAINTY} * $period}}] [get_clocks clk]

set_input_delay  [expr {{{INPUT_DELAY} * $period}}] -clock clk [get_ports {{{" ".join(inputs)}}}]
set_output_delay [expr {{{OUTPUT_DELAY} * $period}}] -clock clk [get_ports {{{" ".join(outputs)}}}]
"""


def _groups(wires):
    return [wire.name if wire.width == 1 else f"{wire.name}[*]" for wire in wires]
