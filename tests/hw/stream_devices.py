"""Devices for Amaranth test benches: AXI4-Stream source and sink around the whole processor, with random stalls."""

import random
import warnings

import numpy as np
from amaranth.sim import Simulator


def simulate(processor, config, network_words, images, *, seed=0, stall=0.0, max_cycles=200_000):
    """Runs one network stream through `processor` in the Amaranth simulator.

    Parameters
    ----------
    network_words : bytes
        Network stream; the last word carries tlast.
    images : list of sequences of int
        Words of each image packet.
    stall : float
        Probability that a source or the sink pauses in a cycle.

    Returns
    -------
    (list of (word, last), list of (run, address, data))
        Result stream and trace.
    """
    results, trace = [], []
    word_bytes = config.network_bits // 8
    words = [int.from_bytes(network_words[i:i + word_bytes], "little") for i in range(0, len(network_words), word_bytes)]
    net_beats = [(word, index == len(words) - 1) for index, word in enumerate(words)]
    img_beats = [(int(word), index == len(image) - 1) for image in images for index, word in enumerate(image)]

    def source(name, beats, random_):
        port = {signal: getattr(processor, f"{name}_{signal}") for signal in ("tdata", "tvalid", "tready", "tlast")}

        async def device(ctx):
            for data, last in beats:
                while random_.random() < stall:
                    await ctx.tick()
                ctx.set(port["tdata"], data)
                ctx.set(port["tlast"], last)
                ctx.set(port["tvalid"], 1)
                await ctx.tick().until(port["tready"])
                ctx.set(port["tvalid"], 0)
        return device

    async def sink(ctx):
        random_ = random.Random(seed + 3)
        for _ in range(max_cycles):
            ready = random_.random() >= stall
            ctx.set(processor.m_axis_res_tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(
                processor.m_axis_res_tvalid, processor.m_axis_res_tdata, processor.m_axis_res_tlast)
            if ready and valid:
                results.append((data, last))
                if last:
                    return
        raise AssertionError(f"no end of the result stream within {max_cycles} cycles; got {len(results)} words")

    async def recorder(ctx):
        async for _, _, valid, run, address, data in ctx.tick().sample(
                processor.trace_valid, processor.trace_run, processor.trace_address, processor.trace_data):
            if valid:
                trace.append((run, address, data))

    simulator = Simulator(processor)
    simulator.add_clock(1e-6)
    simulator.add_testbench(source("s_axis_net", net_beats, random.Random(seed + 1)), background=True)
    simulator.add_testbench(source("s_axis_img", img_beats, random.Random(seed + 2)), background=True)
    simulator.add_testbench(sink)
    if hasattr(processor, "trace_valid"):
        simulator.add_process(recorder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        simulator.run()
    return results, trace


def image_words(images):
    """32-bit words of each image (N, C, H, W), four channels a word (docs/streams.md)."""
    padded = np.zeros((images.shape[0], -(-images.shape[1] // 4) * 4, *images.shape[2:]), dtype=np.uint8)
    padded[:, :images.shape[1]] = images
    return [np.ascontiguousarray(image.transpose(1, 2, 0)).view("<u4").reshape(-1).tolist() for image in padded]
