"""A GTKWave layout for the recorded waves: the streams, and the ports of every block."""

import os
from pathlib import Path

from vcd.gtkw import GTKWSave

from firstspike.hw.deliver.memories import WRAPPER
from firstspike.hw.writer.verilog import processor_design

TOP = "testbench"
STREAMS = {"network stream": "net", "image stream": "img", "result stream": "res"}
BENCH = ("cycle", "ended_runs", "layer_run", "finished", "hung")
TRACE = {"trace_valid": 1, "trace_run": 16, "trace_layer": 8, "trace_address": 20}


def write_layout(path, wave_file, config):
    """Write the layout (`.gtkw`) of `wave_file`, whole or not at all.

    Parameters
    ----------
    path, wave_file : Path
    config : HardwareConfig
    """
    temporary = Path(f"{path}.part")
    with open(temporary, "w", encoding="utf-8") as file:
        save = GTKWSave(file)
        save.dumpfile(str(wave_file.resolve()))
        save.treeopen(f"{TOP}.")
        save.treeopen(f"{TOP}.dut.")
        save.trace(f"{TOP}.clk")
        save.trace(f"{TOP}.rst")
        with save.group("test bench"):
            for name, bits in zip(BENCH, (64, 32, 16, 1, 1)):
                save.trace(_name(name, bits), datafmt="dec")
        for title, prefix in STREAMS.items():
            data_bits = config.network_bits if prefix == "net" else 32
            with save.group(title):
                for name, bits in (("tdata", data_bits), ("tvalid", 1), ("tready", 1), ("tlast", 1)):
                    save.trace(_name(f"{prefix}_{name}", bits))
        if config.trace:
            with save.group("spike words written (observation port)"):
                for name, bits in TRACE.items():
                    save.trace(_name(name, bits), datafmt="dec")
                save.trace(_name("trace_data", config.spike_word_bits))
        for title, signals in block_ports(config).items():
            with save.group(title, closed=True):
                for name, bits in signals.items():
                    save.trace(_name(name, bits))
    os.replace(temporary, path)


def block_ports(config):
    """Instance below the top module -> path of each of its ports below the test bench -> bits; without the memories."""
    design = processor_design(config)
    *_, top = design.modules
    return {
        cell.name: {f"dut.{cell.name}.{port.name}": port.width for port in design.modules[cell.kind].ports}
        for cell in sorted(design.modules[top].cells, key=lambda cell: cell.name)
        if cell.is_instance and cell.kind != WRAPPER
    }


def _name(name, bits):
    return f"{TOP}.{name}" + (f"[{bits - 1}:0]" if bits > 1 else "")
