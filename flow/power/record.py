"""The netlist at work on whole images: its results, and how often every net switched.

Verilator counts the transitions itself (SAIF), so that a run of any length leaves one short file. The simulation has no
delays: a net switches at most once an edge of the clock, and glitches are not in the counts.
"""

import os
from pathlib import Path

import numpy as np

from firstspike.flow.synthesis import process
from firstspike.golden import cache
from firstspike.golden.config import HardwareConfig
from firstspike.golden.paths import BUILD
from firstspike.golden.streams import result as results
from firstspike.golden.streams import trace
from firstspike.golden.streams.records import Packet
from firstspike.sim import bench, build, netlist, verilator
from firstspike.sim.stimulus import Stimulus

TOP = "recorder"
SOURCES = tuple(Path(__file__).with_name(name) for name in ("recorder.vlt", "recorder.sv"))
SAIF = "activity.saif"
PERIOD = 10
"""Of the clock of recorder.sv, in its time unit, which is that of the file."""


def compile(config: HardwareConfig, netlist_directory: Path) -> Path:
    """The compiled simulation of the netlist that `firstspike synth --target asic` left there, built once.

    Raises
    ------
    SimulationError, SynthesisError
        There is no netlist of this configuration; it cannot be compiled.
    """
    sources = [
        *SOURCES,
        *(path for path in (*build.TESTBENCH, *netlist.sources(config, netlist_directory)) if path.suffix != ".vlt"),
    ]
    tool = verilator.find()
    arguments = [
        *f"--cc --exe --main --timing --trace-saif -Wno-lint -Wno-fatal --top-module {TOP} -Mdir objects".split(),
        *build.FLAGS,
        *(["-DTRACE"] if config.trace else []),
        f"-GNETWORK_BITS={config.network_bits}",
        f"-GWORD_BITS={config.spike_word_bits}",
        f"-GERROR_PACKET={int(Packet.ERROR)}",
    ]

    def make(work):
        _execute([tool.executable, *arguments, *sources], work, "verilator.log", tool)
        # Some ten thousand cycles: compiling takes longer than running.
        settings = [*tool.make_arguments, *verilator.object_cache(), "OPT_FAST=-O0"]
        _execute(["make", "-s", "-C", "objects", "-f", f"V{TOP}.mk", *settings], work, "make.log", tool)

    key = cache.digest([arguments, tool], sources)
    return cache.directory(BUILD / "sim" / f"power-{config.name}-{key}", make) / "objects" / f"V{TOP}"


def run(executable: Path, config: HardwareConfig, stimulus: Stimulus, directory: Path) -> bench.Recording:
    """Simulate with what `compile` has made; leaves `SAIF` in `directory`. Nobody measured seconds: they are 0."""
    tool = verilator.find()
    files = {name: directory / name for name in ("net", "img", "result", "trace")}
    (directory / "net0").write_bytes(stimulus.network)
    (directory / "img0").write_bytes(stimulus.images)
    command = [
        executable,
        *(f"+{name}_file={path}" for name, path in files.items()),
        *stimulus.plusargs(config.network_bits // 8, 0),
        f"+idle_limit={2 * config.watchdog_cycles + bench.IDLE_MARGIN}",
    ]
    _execute(command, directory, "recording.log", tool)
    beats = np.fromfile(files["result"], results.BEAT)
    traced = np.fromfile(files["trace"], trace.record(config)) if config.trace else None
    return bench.Recording(beats, traced, int(beats["cycle"][-1]) if len(beats) else 0, 0.0, 0)


def _execute(command, directory, log, tool):
    environment = {name: value for name, value in os.environ.items() if name not in verilator.INHERITED}
    process.run("the simulation of the netlist", command, directory, log, environment=environment | tool.environment)
