import pytest
import torch

from firstspike.quant.training.augmentation import augment


@pytest.fixture
def pixels():
    return torch.randint(1, 256, (64, 3, 9, 7), generator=torch.Generator().manual_seed(1)).to(torch.uint8)


def shifts(image, most):
    padded = torch.nn.functional.pad(image, [most] * 4)
    _, height, width = image.shape
    return [
        padded[:, down : down + height, right : right + width]
        for down in range(2 * most + 1)
        for right in range(2 * most + 1)
    ]


@pytest.mark.parametrize("kind, most, mirrored", [("shift", 1, False), ("crop_flip", 4, True)])
def test_every_image_is_shifted_or_mirrored(pixels, kind, most, mirrored):
    changed = augment(pixels, kind, torch.Generator().manual_seed(2))
    assert changed.dtype == torch.uint8
    used = set()
    for image, result in zip(pixels, changed):
        candidates = shifts(image, most)
        candidates += [shifted.flip(2) for shifted in candidates] if mirrored else []
        matches = [index for index, candidate in enumerate(candidates) if torch.equal(candidate, result)]
        assert matches
        used.add(matches[0])
    assert len(used) > 8 if not mirrored else len(used) > 30


def test_equal_seeds_draw_equal_variants_and_none_changes_nothing(pixels):
    first, second = (augment(pixels, "crop_flip", torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(augment(pixels, "none", torch.Generator()), pixels)
