"""CIFAR-100: 50,000 training and 10,000 test images of a hundred classes (A. Krizhevsky, 2009)."""

from firstspike.golden.datasets import cifar_batches
from firstspike.golden.datasets.data_set import DEFAULT_IMAGES, DataSet, Images
from firstspike.golden.datasets.published import Published

TEST = ("test",)
TRAINING = ("train",)
LABELS = b"fine_labels"
FILES = Published(
    title="CIFAR-100 (Python version)",
    variable="CIFAR100_DIR",
    folder="cifar-100-python",
    url="https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
    archive_md5="eb9058c3a382ffc7106e4002c42a8d85",
    md5={"train": "16019d7e3df5f24257cddd939b257f8d", "test": "f0ef6b0ae62326f3e7ffdfab6717acfc"},
)
CLASS_NAMES = tuple(
    """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate
poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
wardrobe whale willow_tree wolf woman worm
""".split()
)
TEST_IMAGES = 10_000


def test(count: int) -> Images:
    """The first `count` test images.

    Raises
    ------
    ImagesError
        The file cannot be had.
    """
    return held_out().first(count)


def training() -> Images:
    """The training images.

    Raises
    ------
    ImagesError
        The file cannot be had.
    """
    return cifar_batches.read(FILES, TRAINING, LABELS, CLASS_NAMES, "CIFAR-100 training images")


def held_out() -> Images:
    """The test images.

    Raises
    ------
    ImagesError
        The file cannot be had.
    """
    return cifar_batches.read(FILES, TEST, LABELS, CLASS_NAMES, "CIFAR-100 test images")


DATA_SET = DataSet(
    name="cifar100",
    title="CIFAR-100",
    shape=cifar_batches.SHAPE,
    class_names=CLASS_NAMES,
    classes=len(CLASS_NAMES),
    test_images=TEST_IMAGES,
    default_images=DEFAULT_IMAGES,
    test=test,
    training=training,
    held_out=held_out,
)
