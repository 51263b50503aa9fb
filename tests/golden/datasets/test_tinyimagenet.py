import hashlib
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from firstspike.golden.datasets import published, tinyimagenet
from firstspike.golden.datasets.data_set import ImagesError


def jpeg(level, mode="RGB"):
    content = io.BytesIO()
    Image.new(mode, (64, 64), level).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def publish(monkeypatch, tmp_path):
    """Function that puts an archive with some members where the published one is looked for."""

    def put(members):
        path = tmp_path / "own" / tinyimagenet.ARCHIVE
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        checksum = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        files = replace(
            tinyimagenet.FILES, url=path.as_uri(), archive_md5=checksum, md5={tinyimagenet.ARCHIVE: checksum}
        )
        monkeypatch.setattr(tinyimagenet, "FILES", files)
        return path

    monkeypatch.setattr(published, "DATA", tmp_path / "data")
    monkeypatch.delenv(tinyimagenet.FILES.variable, raising=False)
    return put


ANNOTATIONS = (
    "val_7.JPEG\tn12267677\t0\t0\t62\t62\nval_3.JPEG\tn01443537\t0\t0\t9\t9\nval_5.JPEG\tn01629819\t0\t0\t9\t9\n"
)
MEMBERS = {
    tinyimagenet.ANNOTATIONS: ANNOTATIONS,
    "tiny-imagenet-200/val/images/val_7.JPEG": jpeg((10, 20, 30)),
    "tiny-imagenet-200/val/images/val_3.JPEG": jpeg(77, "L"),
    "tiny-imagenet-200/val/images/val_5.JPEG": jpeg((0, 0, 0)),
    "tiny-imagenet-200/train/n01629819/images/n01629819_0.JPEG": jpeg((1, 1, 1)),
    "tiny-imagenet-200/train/n01443537/images/n01443537_0.JPEG": jpeg((2, 2, 2)),
    "tiny-imagenet-200/train/n01443537/n01443537_boxes.txt": "n01443537_0.JPEG\t0\t0\t9\t9\n",
}


def test_images_come_from_the_archive_without_unpacking_it(publish, monkeypatch):
    path = publish(MEMBERS)
    monkeypatch.setenv("TINYIMAGENET_DIR", str(path.parent))
    found = tinyimagenet.DATA_SET.first(2)
    assert found.pixels.shape == (2, 3, 64, 64) and found.labels.tolist() == [199, 0]
    assert np.array_equal(np.unique(found.pixels[1]), [77])
    assert found.source == f"Tiny-ImageNet validation images in {path.parent}"
    assert tinyimagenet.DATA_SET.held_out().labels.tolist() == [199, 0, 1]
    training = tinyimagenet.DATA_SET.training()
    assert training.labels.tolist() == [0, 1] and training.pixels[:, 0, 0, 0].tolist() == [2, 1]
    assert [one.name for one in path.parent.iterdir()] == [tinyimagenet.ARCHIVE]


def test_a_missing_archive_is_downloaded_and_kept(publish):
    path = publish(MEMBERS)
    assert tinyimagenet.DATA_SET.first(1).labels.tolist() == [199]
    assert (tinyimagenet.FILES.directory / tinyimagenet.ARCHIVE).read_bytes() == path.read_bytes()


def test_another_archive_is_refused(publish, monkeypatch):
    path = publish(MEMBERS)
    monkeypatch.setenv("TINYIMAGENET_DIR", str(path.parent))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ImagesError, match="tiny-imagenet-200.zip is not the published file of Tiny-ImageNet"):
        tinyimagenet.DATA_SET.first(1)


def test_members_that_would_leave_the_folder_are_refused(publish):
    publish(MEMBERS | {"tiny-imagenet-200/../../outside": b"evil"})
    with pytest.raises(ImagesError, match="expected members in the folder tiny-imagenet-200, got .*outside"):
        tinyimagenet.DATA_SET.first(1)


def test_there_are_200_classes_in_the_order_of_their_names():
    names = tinyimagenet.CLASS_NAMES
    assert len(set(names)) == 200 and list(names) == sorted(names)
