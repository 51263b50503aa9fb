"""Devices for Amaranth test benches: clocked stimuli, and sources and sinks of streams with random pauses."""

from amaranth.hdl import Value
from amaranth.sim import Simulator


def simulate(component, *benches, most_cycles=20_000):
    """Runs the test benches until all have ended.

    Raises
    ------
    AssertionError
        They have not ended after `most_cycles`.
    """
    simulator = Simulator(component)
    simulator.add_clock(1e-6)
    for bench in benches:
        simulator.add_testbench(bench)
    for _ in range(2 * most_cycles):  # a step is one edge of the clock
        if not simulator.advance():
            return
    raise AssertionError(f"no end within {most_cycles} cycles")


def drive(component, stimuli, *outputs):
    """Sets inputs of a component cycle by cycle.

    Parameters
    ----------
    stimuli : iterable of dict
        Values of inputs by name; an input keeps its value until it is named again.
    outputs : str
        Names of outputs.

    Returns
    -------
    list of tuple
        Values of the outputs in each cycle, before the clock edge.
    """
    values = []

    async def bench(ctx):
        for stimulus in stimuli:
            for name, value in stimulus.items():
                ctx.set(getattr(component, name), value)
            _, _, *sample = await ctx.tick().sample(*(getattr(component, name) for name in outputs))
            values.append(tuple(sample))

    simulate(component, bench, most_cycles=1_000_000)
    return values


async def send(ctx, port, payloads, choose, stall):
    """Sends the payloads; before each one pauses for random cycles, of probability `stall`."""
    for payload in payloads:
        while choose.random() < stall:
            await ctx.tick()
        ctx.set(port.payload, payload)
        ctx.set(port.valid, 1)
        await ctx.tick().until(port.ready)
        ctx.set(port.valid, 0)


async def receive(ctx, port, count, choose, stall):
    """The next `count` payloads; checks that a payload stays until it is taken."""
    received = []
    waiting = None
    while len(received) < count:
        ready = choose.random() >= stall
        ctx.set(port.ready, ready)
        _, _, valid, payload, bits = await ctx.tick().sample(port.valid, port.payload, Value.cast(port.payload))
        assert waiting is None or (valid and bits == waiting), "a payload changed while it waited"
        waiting = bits if valid and not ready else None
        if valid and ready:
            received.append(payload)
    ctx.set(port.ready, 0)
    return received
