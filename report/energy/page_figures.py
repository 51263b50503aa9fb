"""All figures of the page; those that need no spikes are left out where no layer fires or nothing happened."""

from firstspike.golden.energy import tables, traffic
from firstspike.report.energy import answer_figures, cycle_figures, energy_figures, spike_figures

DATASET_OF_PUBLISHED = "CIFAR-10"
MOST_CLASSES = 20
"""Classes of a confusion matrix that is a table; with more of them it is a figure."""


def figures(document, material):
    """Dict of name to matplotlib figure.

    Parameters
    ----------
    document : dict
        Of `energy_document.document`.
    material : Material
        That it was made of.
    """
    published = next(row.microjoules for row in tables.published() if row.dataset == DATASET_OF_PUBLISHED)
    made = {
        "by_variant": energy_figures.by_variant(document, float(published) if shows_published(document) else None),
        "by_layer": energy_figures.by_layer(document),
        "by_design": energy_figures.by_design(document),
        "spread": energy_figures.spread(document),
        "utilisation": cycle_figures.utilisation(document),
    }
    if len(document["classes"]) > MOST_CLASSES:
        made["confusions"] = answer_figures.confusions(document)
    if document["spike_times"]:
        made |= {
            "spike_times": spike_figures.spike_times(document),
            "raster": spike_figures.raster(document, material),
            "density": spike_figures.density(document),
        }
    if document["summary"]["sops"]:
        bits = traffic.bits(material.network, material.schedule)
        made["roofline"] = cycle_figures.roofline(
            document, [material.counted.runs * row["dram_network_bit"] for row in bits]
        )
    return made


def shows_published(document):
    """Whether the published energy is of this data set."""
    return document["summary"]["image_source"].startswith(DATASET_OF_PUBLISHED)
