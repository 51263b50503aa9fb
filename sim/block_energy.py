"""Energy of the blocks around the PEs, measured on their netlists and put beside what their actions are priced at.

The RTL of the whole processor runs a network; what enters and leaves each block is recorded in every cycle, replayed
on the block's netlist and compared bit for bit (`sim.netlist_power`).
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from amaranth.hdl import Value
from amaranth.lib.wiring import In
from amaranth.sim import Simulator

from golden.energy import actions
from hw.processor import Processor
from hw.synthesis import asic, liberty, sources
from quant.stream import image_stream
from sim import netlist_power
from sim.errors import SimulationError

BLOCKS = {actions.LOADER: "loader", actions.GENERATOR: "event_generator", actions.ENCODER: "spike_encoder"}
"""Component -> its module."""

IDLE_CYCLES = 200
"""Recorded after the last result."""

BENCH = """\
`timescale 1ns / 1ps
module block_bench;
  reg clk = 0;
  reg rst = 1;
  reg [IN_BITS-1:0] inputs [0:CYCLES-1];
  reg [OUT_BITS-1:0] outputs [0:CYCLES-1];
  reg [IN_BITS-1:0] in = 0;
  wire [OUT_BITS-1:0] out;
  integer index, first, last;
  firstspike_BLOCK dut (.clk(clk), .rst(rst), PORTS);
  initial begin
    $readmemh("inputs.hex", inputs);
    $readmemh("outputs.hex", outputs);
    $dumpfile("VCD");
    if (!$value$plusargs("first=%d", first) || !$value$plusargs("last=%d", last)) $finish;
    repeat (4) begin #5 clk = 1; #5 clk = 0; end
    rst = 0;
    for (index = 0; index < last; index = index + 1) begin
      if (index == first) $dumpvars(0, dut);
      #1 in = inputs[index];
      #4 if (out !== outputs[index]) begin
        $display("differs in cycle %0d", index);
        $finish;
      end
      clk = 1;
      #5 clk = 0;
    end
    $display("equal");
    $finish;
  end
endmodule
"""


@dataclass(frozen=True)
class Recording:
    """What entered and left an instance of a block.

    Attributes
    ----------
    ports : dict of str to (bool, int)
        By name whether it is an input, and its width.
    cycles : list of dict of str to int
        Values before each clock edge.
    """

    ports: dict
    cycles: list


@dataclass(frozen=True)
class Measurement:
    """Energy of all instances of a block.

    Attributes
    ----------
    component : str
    technology : str
    cycles : int
        Of the recording, without the idle ones at its end.
    picojoules : float
        In these cycles.
    idle_picojoules : float
        In one cycle in which nothing happens.
    """

    component: str
    technology: str
    cycles: int
    picojoules: float
    idle_picojoules: float


class _OpenProcessor(Processor):
    """A processor that keeps its elaborated module, whose blocks can be looked at."""

    def elaborate(self, platform):
        self.module = super().elaborate(platform)
        return self.module


def record(network_file, images):
    """Runs one batch of images through the RTL of the processor, and then `IDLE_CYCLES` cycles without anything.

    Parameters
    ----------
    network_file : golden.network_file.NetworkFile
    images : uint8 array (batch, channels, height, width)

    Returns
    -------
    dict of str to list of Recording
        Component -> its instances.
    """
    config = network_file.schedule.config
    processor = _OpenProcessor(config)
    simulator = Simulator(processor)
    simulator.add_clock(1e-6)
    names = {component: [f"{block}_{c}" for c in range(config.clusters)] if block == "event_generator" else [block]
             for component, block in BLOCKS.items()}
    recordings, signals = {}, []
    for component, instances in names.items():
        recordings[component] = []
        for instance in instances:
            block = getattr(processor.module.submodules, instance)
            ports = [(Value.cast(port), member.flow == In) for _, member, port in block.signature.flatten(block)]
            recording = Recording({port.name: (is_input, len(port)) for port, is_input in ports}, [])
            recordings[component].append(recording)
            signals.append((recording, [port for port, _ in ports]))

    async def watch(ctx):
        async for _, _, *values in ctx.tick().sample(*(port for _, ports in signals for port in ports)):
            values = iter(values)
            for recording, ports in signals:
                recording.cycles.append({port.name: int(next(values)) for port in ports})

    simulator.add_process(watch)
    for prefix, words in (("s_axis_net", _network_words(network_file)), ("s_axis_img", _image_words(images))):
        simulator.add_testbench(_source(processor, prefix, words), background=True)

    async def sink(ctx):
        ctx.set(processor.m_axis_res_tready, 1)
        await ctx.tick().until(processor.m_axis_res_tvalid & processor.m_axis_res_tlast)
        await ctx.tick().repeat(IDLE_CYCLES)

    simulator.add_testbench(sink)
    simulator.run()
    return recordings


def measure(config, library_paths, recordings, directory, clock_mhz):
    """Synthesise each block, replay its recordings, compare, and weigh.

    Parameters
    ----------
    config : HardwareConfig
    library_paths : sequence of path
        Standard cells.
    recordings : dict of str to list of Recording
        Of `record`.
    directory : path
    clock_mhz : float

    Yields
    ------
    Measurement
        One per component.

    Raises
    ------
    SimulationError
        The netlist of a block does something else than its RTL, or cannot be simulated.
    hw.synthesis.errors.SynthesisError
    """
    library = liberty.read(library_paths)
    period_ns = 1000 / clock_mhz
    for component, instances in recordings.items():
        block = BLOCKS[component]
        place = Path(directory) / block
        asic.synthesise(place, sources.write(config, place), library, period_ns, top=f"firstspike_{block}")
        cycles = len(instances[0].cycles) - IDLE_CYCLES
        busy = idle = 0.0
        for recording in instances:
            for first, last in ((0, cycles), (cycles, cycles + IDLE_CYCLES)):
                _replay(place, block, recording, first, last)
                watts = netlist_power.watts(place, library, period_ns, f"firstspike_{block}")
                busy, idle = (busy + watts, idle) if first == 0 else (busy, idle + watts)
        to_picojoules = period_ns * 1e-9 * 1e12
        yield Measurement(component, library.name, cycles, busy * cycles * to_picojoules, idle * to_picojoules)


def _replay(directory, block, recording, first, last):
    """Simulates the netlist of a block with the inputs of a recording; it leaves the trace of cycles first..last-1."""
    connections, widths = [], {True: 0, False: 0}
    for name, (is_input, width) in recording.ports.items():
        # The Verilog writer makes one separator of several underscores.
        connections.append(f".{re.sub('__+', '__', name)}({'in' if is_input else 'out'}[{widths[is_input]} +: {width}])")
        widths[is_input] += width
    for is_input, file in ((True, "inputs.hex"), (False, "outputs.hex")):
        (directory / file).write_text("".join(f"{_packed(recording, values, is_input):x}\n"
                                              for values in recording.cycles))
    settings = {"IN_BITS": widths[True], "OUT_BITS": widths[False], "CYCLES": len(recording.cycles), "BLOCK": block,
                "PORTS": ", ".join(connections), "VCD": netlist_power.VCD}
    text = BENCH
    for name, value in settings.items():
        text = text.replace(name, str(value))
    printed = netlist_power.run_bench(directory, "block_bench", text, (f"+first={first}", f"+last={last}"))
    if "equal" not in printed:
        raise SimulationError(f"the netlist of the {block} differs from its RTL: "
                              f"{printed.strip() or 'it ended early'}")


def _packed(recording, values, inputs):
    word, place = 0, 0
    for name, (is_input, width) in recording.ports.items():
        if is_input == inputs:
            word |= (values[name] & (1 << width) - 1) << place
            place += width
    return word


def _source(processor, prefix, words):
    """Test bench that offers `words` one after the other."""
    data, last, valid, ready = (getattr(processor, f"{prefix}_{name}")
                                for name in ("tdata", "tlast", "tvalid", "tready"))

    async def offer(ctx):
        ctx.set(valid, 1)
        for word, is_last in words:
            ctx.set(data, word)
            ctx.set(last, is_last)
            await ctx.tick().until(ready)
        ctx.set(valid, 0)

    return offer


def _network_words(network_file):
    size = network_file.schedule.config.network_bits // 8
    stream = network_file.stream
    words = [int.from_bytes(stream[first:first + size], "little") for first in range(0, len(stream), size)]
    return [(word, index == len(words) - 1) for index, word in enumerate(words)]


def _image_words(images):
    words = np.frombuffer(image_stream(images), "<u4").reshape(len(images), -1)
    return [(int(word), index == words.shape[1] - 1) for image in words for index, word in enumerate(image)]
