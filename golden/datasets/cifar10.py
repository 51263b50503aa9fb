"""CIFAR-10: 50,000 training and 10,000 test images of ten classes (A. Krizhevsky, 2009)."""

from firstspike.golden.datasets import cifar_batches, sample_pictures
from firstspike.golden.datasets.data_set import DEFAULT_IMAGES, DataSet, Images
from firstspike.golden.datasets.published import Published, UnreachableError

TEST = ("test_batch",)
TRAINING = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")
LABELS = b"labels"
FILES = Published(
    title="CIFAR-10 (Python version)",
    variable="CIFAR10_DIR",
    folder="cifar-10-batches-py",
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    archive_md5="c58f30108f718f92721af3b95e74349a",
    md5={
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    },
)
CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TEST_IMAGES = 10_000


def test(count: int) -> Images:
    """The first `count` test images, or sample pictures where the files are neither there nor to be fetched.

    `source` says which. There are 20 sample pictures, so `count` beyond them yields fewer images.

    Raises
    ------
    ImagesError
        `$CIFAR10_DIR` is set but has no CIFAR-10, or a file is damaged.
    """
    try:
        return held_out().first(count)
    except UnreachableError as error:
        return sample_pictures.read(count, str(error))


def training() -> Images:
    """The training images, in the order of the batches.

    Raises
    ------
    ImagesError
        The files cannot be had.
    """
    return cifar_batches.read(FILES, TRAINING, LABELS, CLASS_NAMES, "CIFAR-10 training batches")


def held_out() -> Images:
    """The test images.

    Raises
    ------
    ImagesError
        The file cannot be had.
    """
    return cifar_batches.read(FILES, TEST, LABELS, CLASS_NAMES, "CIFAR-10 test batch")


DATA_SET = DataSet(
    name="cifar10",
    title="CIFAR-10",
    shape=cifar_batches.SHAPE,
    class_names=CLASS_NAMES,
    classes=len(CLASS_NAMES),
    test_images=TEST_IMAGES,
    default_images=DEFAULT_IMAGES,
    test=test,
    training=training,
    held_out=held_out,
    shipped=lambda count: sample_pictures.read(count, "the same on every machine"),
)
