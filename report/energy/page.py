"""The HTML page: figures and tables of the document in one file that needs no network."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from firstspike.golden.energy.entry import CHECKS
from firstspike.golden.energy.operations import GROUPS
from firstspike.report import style
from firstspike.report.energy import page_figures
from firstspike.report.energy.answers import MOST_CONFUSIONS
from firstspike.report.energy.layer_kinds import label
from firstspike.report.energy.material import BATCHES
from firstspike.report.energy.numbers import Numbers
from firstspike.report.run import picture

TEMPLATES = Path(__file__).parent / "templates"
MOST_PICTURES = 24
"""Wrongly classified images that are shown; the file would grow by each of a large data set."""


def render(document, material):
    """The page as text.

    Parameters
    ----------
    document : dict
        Of `energy_document.document`.
    material : Material
        That it was made of; gives the pictures and the spikes that are drawn.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "document": document,
        "summary": document["summary"],
        "n": Numbers(document),
        "labels": [label(row) for row in document["layers"]],
        "groups": GROUPS,
        "figures": {name: style.data_uri(made) for name, made in page_figures.figures(document, material).items()},
        "pictures": _Pictures(material.pixels),
        "channels": material.pixels.shape[1],
        "ranked": lambda image, most: _ranked(document, material.class_names, image, most),
        "largest_difference": lambda index: _largest_difference(document["comparison"], index),
    }
    wrong = [row["image"] for row in document["images"] if row["label"] not in (None, row["class"])]
    own, *others = document["comparison"]
    return environment.get_template("page.html").render(
        wrong=wrong[:MOST_PICTURES],
        wrong_images=len(wrong),
        most_confusions=MOST_CONFUSIONS,
        cheaper=[index for index, row in enumerate(others, 1) if row["energy_aj"] < own["energy_aj"]],
        checks=CHECKS,
        omitted=_omitted(document),
        shows_published=page_figures.shows_published(document),
        absent_batches=_absent_batches(document),
        stated={name for name in document["entries"][0] if any(_states(row[name]) for row in document["entries"])},
    )


class _Pictures:
    """By index the images as PNG that the page carries inside; one channel, the first, where there are not three."""

    def __init__(self, pixels):
        self._pixels = pixels

    def __getitem__(self, image):
        pixels = self._pixels[image]
        return style.embedded("image/png", picture.png(pixels if len(pixels) == 3 else pixels[:1]))


def _ranked(document, names, image, most):
    """The `most` largest logits of an image, and that of its label: index and name of the class, length of its bar."""
    row = document["images"][image]
    logits = row["logits"]
    order = sorted(range(len(logits)), key=lambda index: -logits[index])
    winner = names.index(row["class"])  # of equal logits the first decides
    order.remove(winner)
    kept = [winner, *order][:most]
    if row["label"] is not None and names.index(row["label"]) not in kept:
        kept[-1] = names.index(row["label"])
    least, span = min(logits), max(logits) - min(logits)
    return [
        {"index": index, "name": names[index], "share": (logits[index] - least) / span if span else 1.0}
        for index in kept
    ]


def _largest_difference(designs, index):
    """The group in which design `index` saves most against the first."""
    own, other = designs[0]["groups_aj"], designs[index]["groups_aj"]
    return max(GROUPS, key=lambda group: own.get(group, 0) - other.get(group, 0))


def _omitted(document):
    return {
        name: price["derivation"] for name, price in document["prices"].items() if "left out" in price["derivation"]
    }


def _absent_batches(document):
    """Batches that a report puts side by side and this one cannot -> why."""
    images = document["summary"]["images"]
    shown = {row["batch"] for row in document["variants"]}
    return {
        batch: f"{images} images are no whole batches of {batch}"
        if images % batch
        else f"this processor cannot hold {batch} images of this network"
        for batch in BATCHES
        if batch not in shown
    }


def _states(value):
    return value not in (None, "", "not recorded")
