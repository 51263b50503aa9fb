import random

import pytest

from firstspike.golden.config import PRESETS
from firstspike.golden.microarchitecture import PENDING_IMAGES
from firstspike.hw.memory.image_buffer import ImageBuffer
from tests.hw.stream_devices import send, simulate

CONFIG = PRESETS["tiny"].model_copy(update={"image_words": 16})


def beats(images):
    return [{"data": word, "last": index == len(image) - 1} for image in images for index, word in enumerate(image)]


@pytest.mark.parametrize("stall", [0, 0.5])
def test_images_are_read_at_random_and_released_in_order(stall):
    buffer = ImageBuffer(CONFIG)
    choose = random.Random(stall)
    images = [[choose.getrandbits(32) for _ in range(choose.choice([1, 3, 7, 16]))] for _ in range(40)]

    async def source(ctx):
        await send(ctx, buffer.img, beats(images), random.Random(1), stall)

    async def reader(ctx):
        for image in images:
            await ctx.tick().until(buffer.complete)
            assert ctx.get(buffer.length) == len(image)
            for _ in range(2 * len(image)):
                address = choose.randrange(len(image))
                ctx.set(buffer.read_address, address)
                ctx.set(buffer.read, 1)
                await ctx.tick()
                assert ctx.get(buffer.read_data) == image[address]
                assert not ctx.get(buffer.overflow)
                ctx.set(buffer.read, 0)
                if choose.random() < stall:
                    await ctx.tick()
                    assert ctx.get(buffer.read_data) == image[address]
            ctx.set(buffer.release, 1)
            await ctx.tick()
            ctx.set(buffer.release, 0)
        assert not ctx.get(buffer.complete)

    simulate(buffer, source, reader)


def test_an_image_is_complete_with_its_last_word_only():
    buffer = ImageBuffer(CONFIG)

    async def bench(ctx):
        await send(ctx, buffer.img, [{"data": 1, "last": 0}] * 15, random.Random(1), 0)
        await ctx.tick().repeat(3)
        assert not ctx.get(buffer.complete)
        await send(ctx, buffer.img, [{"data": 1, "last": 1}], random.Random(1), 0)
        assert ctx.get(buffer.complete) and ctx.get(buffer.length) == 16 and not ctx.get(buffer.overflow)

    simulate(buffer, bench)


def test_an_image_that_fills_the_ring_without_an_end_overflows():
    buffer = ImageBuffer(CONFIG)

    async def bench(ctx):
        await send(ctx, buffer.img, [{"data": 1, "last": 0}] * 15, random.Random(1), 0)
        assert not ctx.get(buffer.overflow)
        await send(ctx, buffer.img, [{"data": 1, "last": 0}], random.Random(1), 0)
        assert ctx.get(buffer.overflow) and not ctx.get(buffer.img.ready)

    simulate(buffer, bench)


def test_a_full_ring_is_no_overflow_while_it_holds_a_complete_image():
    buffer = ImageBuffer(CONFIG)

    async def bench(ctx):
        await send(ctx, buffer.img, beats([[1, 2]]) + [{"data": 1, "last": 0}] * 14, random.Random(1), 0)
        assert ctx.get(buffer.complete) and not ctx.get(buffer.img.ready) and not ctx.get(buffer.overflow)
        ctx.set(buffer.release, 1)
        await ctx.tick()
        ctx.set(buffer.release, 0)
        assert ctx.get(buffer.img.ready) and not ctx.get(buffer.complete)

    simulate(buffer, bench)


def test_no_more_images_are_accepted_than_lengths_can_be_remembered():
    buffer = ImageBuffer(CONFIG)

    async def bench(ctx):
        await send(ctx, buffer.img, beats([[1]] * PENDING_IMAGES), random.Random(1), 0)
        assert not ctx.get(buffer.img.ready)

    simulate(buffer, bench)
