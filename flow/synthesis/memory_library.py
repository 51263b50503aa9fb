"""Liberty text for the memory macros, so that timing analysis knows where paths begin and end."""


def text(memories):
    """Liberty library with one cell per memory shape, without area, power and delay of its own.

    The clock-to-output delay and the setup time are 0: what is left of the clock period after the logic behind a memory
    is the time that its macro may take (`memory_access_ns` of the report).
    """
    return (
        'library(firstspike_memories) {\n  delay_model : table_lookup;\n  time_unit : "1ns";\n'
        '  voltage_unit : "1V";\n  current_unit : "1uA";\n  capacitive_load_unit (1,pf);\n'
        + "".join(f"  {name}_pct_{edge} : {percent};\n" for name, percent in _THRESHOLDS for edge in ("rise", "fall"))
        + "".join(
            f"  type (bits_{bits}) {{ base_type : array; data_type : bit; bit_width : {bits}; "
            f"bit_from : {bits - 1}; bit_to : 0; downto : true; }}\n"
            for bits in sorted({bits for memory in memories for bits in _widths(memory)})
        )
        + "".join(map(_cell, memories))
        + "}\n"
    )


_THRESHOLDS = (
    ("input_threshold", 50),
    ("output_threshold", 50),
    ("slew_lower_threshold", 20),
    ("slew_upper_threshold", 80),
)


def _widths(memory):
    return memory.width, max(1, (memory.depth - 1).bit_length())


_SETUP = (
    'timing() {{ related_pin : "clk"; timing_type : setup_rising; rise_constraint(scalar) {{ values ("0"); }} '
    'fall_constraint(scalar) {{ values ("0"); }} }}'.format()
)
_OUTPUT = (
    'timing() {{ related_pin : "clk"; timing_type : rising_edge; cell_rise(scalar) {{ values ("0"); }} '
    'cell_fall(scalar) {{ values ("0"); }} rise_transition(scalar) {{ values ("0.05"); }} '
    'fall_transition(scalar) {{ values ("0.05"); }} }}'.format()
)


def _cell(memory):
    width, address = _widths(memory)
    lines = [
        f"  cell({memory.macro}) {{",
        "    area : 0;",
        "    pin(clk) { direction : input; clock : true; capacitance : 0.005; }",
    ]
    for name in ("write_enable", "read_enable"):
        lines.append(f"    pin({name}) {{ direction : input; capacitance : 0.005; {_SETUP} }}")
    for name, bits in (("write_address", address), ("read_address", address), ("write_data", width)):
        lines.append(f"    bus({name}) {{ bus_type : bits_{bits}; direction : input; capacitance : 0.005; {_SETUP} }}")
    lines.append(f"    bus(read_data) {{ bus_type : bits_{width}; direction : output; {_OUTPUT} }}")
    return "\n".join([*lines, "  }", ""])
