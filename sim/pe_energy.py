"""Energy of a synaptic operation, measured on the netlist of a processing element.

The netlist is simulated with the events and weights of a real layer and compared with the formats bit for bit
(`sim.netlist_power`). Nothing outside of the PE is in the figure.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from golden import formats
from hw.synthesis import asic, cell_power, liberty, sources
from sim import netlist_power
from sim.errors import SimulationError
from sim.power import cells, energy
from sim.power.saif import Activity

TOP = "firstspike_pe"
LATENCY = 3
"""Cycles from a weight to the potential (hw.pe.PE.LATENCY)."""
BENCH = """\
`timescale 1ns / 1ps
module pe_bench;
  reg clk = 0;
  reg rst = 1;
  reg [12:0] operations [0:OPERATIONS-1];
  reg [12:0] operation = 0;
  reg valid = 0;
  reg [1:0] first = 0, last = 0, accumulate = 0;
  wire [31:0] potential;
  integer index = 0;
  integer file;
  firstspike_pe dut (.clk(clk), .rst(rst), .weight(operation[4:0]), .event_time(operation[10:5]), .negative(1'b0),
    .is_event(valid), .accumulate(accumulate[1]), .restart(first[1]), .base(32'd0), .potential(potential));
  initial begin
    $readmemh("operations.hex", operations);
    file = $fopen("potentials.txt", "w");
    $dumpfile("activity.vcd");
    repeat (4) begin #5 clk = 1; #5 clk = 0; end
    rst = 0;
    $dumpvars(0, dut);
    while (index < OPERATIONS + 4) begin
      #1 valid = index < OPERATIONS;
      if (valid) operation = operations[index];
      #4 clk = 1;
      #1 if (last[1]) $fdisplay(file, "%0d", $signed(potential));
      first = {first[0], valid && operation[11]};
      last = {last[0], valid && operation[12]};
      accumulate = {accumulate[0], valid};
      index = index + 1;
      #4 clk = 0;
    end
    $fclose(file);
    $finish;
  end
endmodule
"""


@dataclass(frozen=True)
class Measurement:
    """Energy per synaptic operation of one PE that works in every cycle.

    Attributes
    ----------
    technology : str
    voltage : float
    operations : int
        Synaptic operations simulated, zero weights included.
    power_w : float
        At `clock_mhz`, by OpenSTA.
    clock_mhz : float
    table_picojoules : float
        Of one operation, by the tables of the library (`sim.power.energy`).
    """

    technology: str
    voltage: float
    operations: int
    power_w: float
    clock_mhz: float
    table_picojoules: float

    @property
    def picojoules(self):
        """Of one operation by OpenSTA: the PE works in every cycle."""
        return self.power_w / (self.clock_mhz * 1e6) * 1e12


def operations(layer, words, channels, most):
    """Visits of one lane: the events of every output position, with the weight codes of one output channel.

    Parameters
    ----------
    layer : golden.network.Layer
    words : uint8 array (C, H, W)
        Its input spikes, 31 = silent.
    channels : int
        Output channels, one after the other.
    most : int
        Stop at the first visit that begins after so many operations.

    Returns
    -------
    list of list of (int, int)
        (weight code, event time) of each visit.
    """
    (kernel_h, kernel_w), (pad_y, pad_x) = layer.kernel, layer.padding
    padded = np.pad(words, ((0, 0), (pad_y, pad_y), (pad_x, pad_x)), constant_values=formats.SILENT)
    visits, total = [], 0
    for channel in range(channels):
        for y in range(padded.shape[1] - kernel_h + 1):
            for x in range(padded.shape[2] - kernel_w + 1):
                window = padded[:, y:y + kernel_h, x:x + kernel_w]
                fires = window != formats.SILENT
                if total >= most or not fires.any():
                    continue
                visits.append(list(zip(layer.weights[channel][fires].tolist(), window[fires].tolist())))
                total += len(visits[-1])
    return visits


def measure(config, library_paths, visits, directory, clock_mhz):
    """Synthesise, simulate, compare and weigh one PE.

    Raises
    ------
    SimulationError
        The netlist computes something else than the formats say, or cannot be simulated.
    hw.synthesis.errors.SynthesisError
    """
    library = liberty.read(library_paths)
    directory = Path(directory)
    written = sources.write(config, directory)
    period_ns = 1000 / clock_mhz
    asic.synthesise(directory, written, library, period_ns, top=TOP)
    _simulate(directory, visits, config)
    power = netlist_power.watts(directory, library, period_ns, TOP)
    return Measurement(library.name, library.voltage, sum(map(len, visits)), power, clock_mhz,
                       by_tables(directory, library))


def by_tables(directory, library):
    """float: pJ a cycle of the netlist in `directory` with the activity of its bench, by the tables of `library`."""
    netlist = energy.Netlist(cells.read((directory / asic.STA_NETLIST).read_text()), cell_power.read(library),
                             library.voltage)
    with open(directory / netlist_power.VCD, encoding="utf-8") as lines:
        activity = {net: Activity(*figures) for net, figures in netlist_power.activity(lines).items()}
    return sum(energy.total(netlist.energies(activity)).picojoules.values())


def _simulate(directory, visits, config):
    words = [code | time << 5 | (index == 0) << 11 | (index == len(visit) - 1) << 12
             for visit in visits for index, (code, time) in enumerate(visit)]
    (directory / "operations.hex").write_text("".join(f"{word:04x}\n" for word in words))
    netlist_power.run_bench(directory, "pe_bench", BENCH.replace("OPERATIONS", str(len(words))))
    got = [int(line) for line in (directory / "potentials.txt").read_text().split()]
    expected = [sum((-1) ** (code >> formats.WEIGHT_SIGN_BIT)
                    * formats.product(code & formats.ZERO_MAGNITUDE, time, config.fraction_bits)
                    for code, time in visit) for visit in visits]
    if got != expected:
        first = next((i for i, pair in enumerate(zip(got, expected)) if pair[0] != pair[1]),
                     min(len(got), len(expected)))
        raise SimulationError(f"the netlist of the PE differs from the formats in visit {first}: expected "
                              f"{expected[first:first + 1]}, got {got[first:first + 1]} "
                              f"({len(got)} of {len(expected)})")
