"""`firstspike verify faults`, and its section of docs/verification.md."""

import click
import numpy as np

from firstspike.golden import markdown
from firstspike.verify.campaign import Campaign

DEFINITION = """\
`make faults` flips bits. A flip hits a word after it has been written and before it is first read, and stays until the
word is written again; every reader in between sees it. In the RTL the memory flips the bit as the word is written
(`verify/faults/firstspike_sram.sv`: instance, row, number of the write to the row, bit); in the golden model
(`golden/evaluators/faults.py`) the same flip hits the weight code for the units of the pass that the row serves, the spike word on
its way to the next layer, the partial sum between two chunks, the finished potential before its bias, bias or offset
for the units of their group, or the pixel. Flips in neurons and pixels that pad a word are not covered.
"""


def section(results):
    """Markdown of the contents of docs/verification/faults.json."""
    return markdown.page(
        "## Faults",
        DEFINITION,
        *(_spot_checks(results["spot_checks"]) if "spot_checks" in results else ()),
        *(block for model, found in results["models"].items() for block in _statistics(model, found)),
    )


def _spot_checks(found):
    yield from (
        "### RTL against golden model",
        f"{found['model']} on `{found['config']}`, {found['images']} images a simulation. Every spike word and "
        "potential of the RTL with faults equals the golden model with the same faults; the first difference "
        "would have ended the campaign without a result.",
        markdown.table(
            ("memory or stream", "faults", "numbers that they changed"),
            [(_title(memory), one["faults"], f"{one['changed']:,}") for memory, one in found["equal"].items()],
        ),
        "### Protection",
        "One fault a run. Where the processor read the word: parity ended the run with MEMORY, SECDED gave the "
        "result without the fault and reported the correction, and SECDED with a second wrong bit in the word "
        "ended the run with MEMORY. Where it never read the word (no event needed it), all three gave the result "
        "without the fault. The first exception would have ended the campaign.",
        markdown.table(
            ("memory", "faults", "words read", "faults that change results without protection"),
            [
                (_title(memory), one["faults"], one["read"], one["changing"])
                for memory, one in found["protection"].items()
            ],
        ),
    )


def _statistics(model, found):
    rates = [point["rate"] for point in next(iter(found["rates"].values()))]
    yield from (
        f"### Accuracy of {model} against bit-error rate",
        f"{found['images']} images ({found['source']}), {found['seeds']} fault patterns a point, partial sums "
        f"as `{found['config']}` has them. Without faults {_percent(found['clean'], found['images'])} %. "
        "Mean accuracy in %, in brackets the lowest and the highest. Weights and network stream: the same "
        "wrong weights for all images.",
        markdown.table(
            ("memory or stream", *(f"{rate:.0e}" for rate in rates)),
            [
                (_title(memory), *(_range(point, found) for point in points))
                for memory, points in found["rates"].items()
            ],
        ),
        f"![accuracy of {model} against bit-error rate](verification/faults_{model}_rates.svg)",
        f"### Accuracy of {model} against bit position",
        f"Of {found['bit_rate']:.1%} of the numbers one bit is flipped.",
    )
    for memory, points in found["bits"].items():
        yield markdown.table(
            (f"bit of {_title(memory)}", *(point["bit"] for point in points)),
            [("accuracy, %", *(_range(point, found) for point in points))],
        )
    yield f"![accuracy of {model} against bit position](verification/faults_{model}_bits.svg)"


def _title(memory):
    return memory.replace("_", " ")


def _percent(correct, images):
    return f"{100 * correct / images:.1f}"


def _range(point, found):
    correct, images = point["correct"], found["images"]
    return (
        f"{_percent(np.mean(correct), images)} ({_percent(min(correct), images)} to {_percent(max(correct), images)})"
    )


def shown(results):
    if "spot_checks" in results:
        count = sum(one["faults"] for one in results["spot_checks"]["equal"].values())
        yield f"{count} faults: RTL and golden model are equal"
    for model, found in results["models"].items():
        yield f"{model}: accuracy of {found['images']} images, {found['seeds']} fault patterns a point"


@click.command(
    cls=Campaign, pages={"faults": ("Faults", "make faults")}, section=section, shown=shown, one_thread=False
)
@click.option(
    "--vgg16-images",
    default=200,
    show_default=True,
    type=click.IntRange(min=0),
    help="CIFAR-10 test images to classify with faults; 0: leave the statistics of VGG-16 out.",
)
@click.option(
    "--digits-images",
    default=360,
    show_default=True,
    type=click.IntRange(0, 360),
    help="The same for the handwritten digits.",
)
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1), help="Fault patterns of each point.")
@click.option("--rtl/--no-rtl", default=True, show_default=True, help="Compare RTL and golden model with faults.")
def faults(work, vgg16_images, digits_images, seeds, rtl):
    """Flip bits in memories and streams: accuracy against bit-error rate, spot checks over the RTL, protection.

    An interrupted campaign goes on where it stopped; parts that are left out keep their earlier results.
    """
    from firstspike.verify.faults import faults_run

    return faults_run.run(work, {"digits": digits_images, "vgg16_cifar10": vgg16_images}, seeds, rtl)
