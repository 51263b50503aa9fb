"""The delivered network through the delivered processor, by the AXI4-Stream models of cocotbext-axi.

It needs cocotb, cocotbext-axi and the files of this folder and the one above; nothing of the generator.
"""

import itertools
import json
import logging
import random
from pathlib import Path

import cocotb
import firstspike_formats as formats
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, ReadOnly, RisingEdge, with_timeout
from cocotbext.axi import AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

FOLDER = Path(__file__).parent
NETWORK = json.loads((FOLDER / "network.json").read_text())
EXPECTED = [int(word, 16) for word in (FOLDER / "expected.hex").read_text().split()]
BATCH = NETWORK["image_stream"]["images"]
CLASSES = len(NETWORK["outputs"])
RESULT = NETWORK["result_stream"]
COUNTED = RESULT["counters_packets"] * RESULT["counters"]
RUN_WORDS = BATCH * CLASSES + COUNTED + len(formats.DONE_WORDS)
RUNS = len(EXPECTED) // RUN_WORDS
MILLISECONDS = 100


class Bench:
    """Clock, reset, and a source or sink at each stream."""

    def __init__(self, dut):
        self.dut = dut

        def lanes(bus):
            # There is no tkeep, so the number of bytes of a word must be said.
            return {"byte_lanes": len(bus.tdata) // 8, "reset": dut.rst, "reset_active_level": True}

        net, img, res = (AxiStreamBus.from_prefix(dut, name) for name in ("s_axis_net", "s_axis_img", "m_axis_res"))
        self.net = AxiStreamSource(net, dut.clk, **lanes(net))
        self.img = AxiStreamSource(img, dut.clk, **lanes(img))
        self.res = AxiStreamSink(res, dut.clk, **lanes(res))
        for stream in (self.net, self.img, self.res):
            stream.log.setLevel(logging.WARNING)  # without every frame
        cocotb.start_soon(Clock(dut.clk, 10, "ns").start())
        cocotb.start_soon(self._nothing_is_unknown())

    async def reset(self):
        self.dut.rst.value = 1
        await ClockCycles(self.dut.clk, 4)
        self.dut.rst.value = 0

    def pause(self, share):
        """Every stream pauses in this share of the cycles."""
        for number, stream in enumerate((self.net, self.img, self.res)):
            choose = random.Random(number)
            stream.set_pause_generator(choose.random() < share for _ in itertools.count())

    async def send(self):
        """All runs, one after the other, as far as the processor takes them."""
        network = (FOLDER / "network.bin").read_bytes()
        images = (FOLDER / "images.bin").read_bytes()
        size = 4 * NETWORK["image_stream"]["words_per_image"]
        for _ in range(RUNS):
            await self.net.send(AxiStreamFrame(network))
        for first in range(0, len(images), size):
            await self.img.send(AxiStreamFrame(images[first : first + size]))

    async def receive(self):
        """The words of one run."""
        frame = await with_timeout(self.res.recv(), MILLISECONDS, "ms")
        return [int.from_bytes(frame.tdata[n : n + 4], "little") for n in range(0, len(frame.tdata), 4)]

    async def _nothing_is_unknown(self):
        dut = self.dut
        while True:
            await RisingEdge(dut.clk)
            if not dut.rst.value.is_resolvable or dut.rst.value:
                continue
            await ReadOnly()
            for signal in (dut.s_axis_net_tready, dut.s_axis_img_tready, dut.m_axis_res_tvalid):
                assert signal.value.is_resolvable, f"{signal._name} is unknown"
            if dut.m_axis_res_tvalid.value:
                assert dut.m_axis_res_tdata.value.is_resolvable and dut.m_axis_res_tlast.value.is_resolvable


def result(words):
    """The words in the order of expected.hex: potentials by image and channel, counters by layer run, DONE."""
    potentials, counters, done = [None] * (BATCH * CLASSES), [], []
    for packet, index, payload in formats.packets(words):
        if packet == formats.Packet.POTENTIALS:
            first, *values = payload
            for channel, value in enumerate(values, first):
                assert potentials[index * CLASSES + channel] is None, f"channel {channel} of image {index} came twice"
                potentials[index * CLASSES + channel] = value
        elif packet == formats.Packet.COUNTERS:
            counters += payload
        elif packet == formats.Packet.DONE:
            done = payload
        else:
            raise AssertionError(f"{packet.name}: {formats.ErrorCode(payload[0]).name}")
    return potentials + counters + done


def classes(potentials):
    """The class of each image."""
    offsets = [output["offset"] for output in NETWORK["outputs"]]
    return [
        formats.classify([formats.signed(word) for word in potentials[n : n + CLASSES]], offsets)
        for n in range(0, len(potentials), CLASSES)
    ]


def without_cycles(words):
    """The words without those that count cycles, which pauses change."""
    names = [name for name, _, _ in formats.COUNTERS] * RESULT["counters_packets"]
    names = [None] * (BATCH * CLASSES) + names + list(formats.DONE_WORDS)
    return [word for name, word in zip(names, words, strict=True) if name is None or not name.startswith("cycles")]


async def run_all(bench):
    await bench.send()
    for run in range(RUNS):
        found, expected = result(await bench.receive()), EXPECTED[run * RUN_WORDS : (run + 1) * RUN_WORDS]
        assert without_cycles(found) == without_cycles(expected)
        cocotb.log.info("run %d: classes %s, %d cycles", run, classes(found[: BATCH * CLASSES]), found[-1])


@cocotb.test()
async def all_words_are_as_expected(dut):
    bench = Bench(dut)
    await bench.reset()
    await run_all(bench)


@cocotb.test()
async def pauses_and_a_reset_change_no_potential(dut):
    bench = Bench(dut)
    bench.pause(0.3)
    await bench.reset()
    await bench.send()
    await ClockCycles(dut.clk, 2500)
    await bench.reset()
    for stream in (bench.net, bench.img, bench.res):
        stream.clear()
    await run_all(bench)


@cocotb.test()
async def a_wrong_magic_number_is_an_error(dut):
    bench = Bench(dut)
    await bench.reset()
    await bench.net.send(AxiStreamFrame(bytes(len(dut.s_axis_net_tdata) // 8 * (-(-256 // len(dut.s_axis_net_tdata))))))
    ((packet, _, payload),) = formats.packets(await bench.receive())
    assert (packet, payload) == (formats.Packet.ERROR, [formats.ErrorCode.BAD_MAGIC])
