"""The results of the fault campaign as a section of docs/verification.md."""

import numpy as np


def section(results):
    """Markdown text.

    Parameters
    ----------
    results : dict
        Of docs/verification/faults.json.
    """
    lines = ["## Faults", "", DEFINITION]
    if "spot_checks" in results:
        lines += _spot_checks(results["spot_checks"])
    for model, found in results["models"].items():
        lines += _statistics(model, found)
    return "\n".join(lines) + "\n"


DEFINITION = """\
`make faults` flips bits. A flip hits a word after it has been written and before it is first read, and stays until the
word is written again; every reader in between sees it. In the RTL the memory flips the bit as the word is written
(`verify/faults/firstspike_sram.sv`: instance, row, number of the write to the row, bit); in the golden model
(`golden/evaluators/faults.py`) the same flip hits the weight code for the units of the pass that the row serves, the spike word on
its way to the next layer, the partial sum between two chunks, the finished potential before its bias, bias or offset
for the units of their group, or the pixel. Flips in neurons and pixels that pad a word are not covered.
"""


def _spot_checks(found):
    equal, protection = found["equal"], found["protection"]
    yield from (
        "### RTL against golden model",
        "",
        f"{found['model']} on `{found['config']}`, {found['images']} images a simulation. Every spike word and "
        "potential of the RTL with faults equals the golden model with the same faults; the first difference "
        "would have ended the campaign without a result.",
        "",
        "| memory or stream | faults | numbers that they changed |",
        "|---|--:|--:|",
    )
    for memory, one in equal.items():
        yield f"| {_title(memory)} | {one['faults']} | {one['changed']:,} |"
    yield from (
        "",
        "### Protection",
        "",
        "One fault a run. Where the processor read the word: parity ended the run with MEMORY, SECDED gave the "
        "result without the fault and reported the correction, and SECDED with a second wrong bit in the word "
        "ended the run with MEMORY. Where it never read the word (no event needed it), all three gave the result "
        "without the fault. The first exception would have ended the campaign.",
        "",
        "| memory | faults | words read | faults that change results without protection |",
        "|---|--:|--:|--:|",
    )
    for memory, one in protection.items():
        yield f"| {_title(memory)} | {one['faults']} | {one['read']} | {one['changing']} |"
    yield ""


def _statistics(model, found):
    rates = [point["rate"] for point in next(iter(found["rates"].values()))]
    yield from (
        f"### Accuracy of {model} against bit-error rate",
        "",
        f"{found['images']} images ({found['source']}), {found['seeds']} fault patterns a point, partial sums "
        f"as `{found['config']}` has them. Without faults {_percent(found['clean'], found['images'])} %. "
        "Mean accuracy in %, in brackets the lowest and the highest. Weights and network stream: the same "
        "wrong weights for all images.",
        "",
        "| memory or stream | " + " | ".join(f"{rate:.0e}" for rate in rates) + " |",
        "|---|" + "--:|" * len(rates),
    )
    for memory, points in found["rates"].items():
        yield f"| {_title(memory)} | " + " | ".join(_range(point, found) for point in points) + " |"
    yield from (
        "",
        f"![accuracy of {model} against bit-error rate](verification/faults_{model}_rates.svg)",
        "",
        f"### Accuracy of {model} against bit position",
        "",
        f"Of {found['bit_rate']:.1%} of the numbers one bit is flipped.",
        "",
    )
    for memory, points in found["bits"].items():
        yield from (
            f"| bit of {_title(memory)} | " + " | ".join(str(point["bit"]) for point in points) + " |",
            "|---|" + "--:|" * len(points),
            "| accuracy, % | " + " | ".join(_range(point, found) for point in points) + " |",
            "",
        )
    yield from (f"![accuracy of {model} against bit position](verification/faults_{model}_bits.svg)", "")


def _title(memory):
    return memory.replace("_", " ")


def _percent(correct, images):
    return f"{100 * correct / images:.1f}"


def _range(point, found):
    correct, images = point["correct"], found["images"]
    return (
        f"{_percent(np.mean(correct), images)} ({_percent(min(correct), images)} to {_percent(max(correct), images)})"
    )
