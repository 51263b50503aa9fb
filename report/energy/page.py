"""The HTML page: figures and tables of the document in one file that needs no network."""

from fractions import Fraction
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from firstspike.golden.energy import tables, traffic
from firstspike.golden.energy.entry import CHECKS
from firstspike.golden.energy.operations import GROUPS
from firstspike.golden.energy.units import MICROJOULE
from firstspike.report import style
from firstspike.report.energy import cycle_figures, energy_figures, spike_figures
from firstspike.report.energy.apportion import apportion

TEMPLATE = "page.html"
DATASET_OF_PUBLISHED = "CIFAR-10"
NANOJOULE = MICROJOULE // 1000


def render(document, material):
    """The page as text.

    Parameters
    ----------
    document : dict
        Of `document.document`.
    material : Material
        That it was made of.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "thousands": lambda value: f"{value:,.0f}",
        "percent": lambda value: f"{100 * value:.1f} %",
        "digits": style.digits,
    }
    return environment.get_template(TEMPLATE).render(
        document=document,
        summary=document["summary"],
        figures=_figures(document, material),
        groups=GROUPS,
        checks=CHECKS,
        layer_energy=_layer_energy(document),
        group_shares=_group_shares(document),
        omitted=_omitted(material),
        shows_published=_shows_published(material),
        dram_choices=tables.dram_choices(),
        microjoule=MICROJOULE,
        shown=document["images"][material.shown],
    )


def _shows_published(material):
    return material.source.startswith(DATASET_OF_PUBLISHED)


def _figures(document, material):
    published = next(row.microjoules for row in tables.published() if row.dataset == DATASET_OF_PUBLISHED)
    bits = [
        material.counted.runs * row["dram_network_bit"] for row in traffic.bits(material.network, material.schedule)
    ]
    figures = {
        "image": spike_figures.image_and_potentials(material),
        "by_variant": energy_figures.by_variant(document, float(published) if _shows_published(material) else None),
        "by_layer": energy_figures.by_layer(document),
        "by_design": energy_figures.by_design(document),
        "spike_times": spike_figures.spike_times(document),
        "raster": spike_figures.raster(material),
        "density": spike_figures.density(document),
        "utilisation": cycle_figures.utilisation(document),
        "roofline": cycle_figures.roofline(document, bits),
    }
    return {name: style.data_uri(figure) for name, figure in figures.items()}


def _layer_energy(document):
    """Rows of whole nanojoules per image by group; each row, each column and the corner add up as printed."""
    images = document["summary"]["images"]
    cells = [
        [
            sum(
                item["energy_aj"]
                for item in document["items"]
                if item["layer"] == row["layer"] and item["group"] == group
            )
            for group in GROUPS
        ]
        for row in document["layers"]
    ]
    flat = iter(apportion([Fraction(cell, images) for row in cells for cell in row], NANOJOULE))
    rows = [{"layer": row["layer"], "cells": [next(flat) for _ in GROUPS]} for row in document["layers"]]
    for row in rows:
        row["total"] = sum(row["cells"])
    columns = [sum(row["cells"][index] for row in rows) for index in range(len(GROUPS))]
    return {"rows": rows, "columns": columns, "total": sum(columns)}


def _group_shares(document):
    """Tenths of a percent that add up to 1000."""
    groups = document["summary"]["groups_aj"]
    total = sum(groups.values())
    return dict(zip(groups, apportion([Fraction(1000 * value, total) for value in groups.values()], 1)))


def _omitted(material):
    return {
        name: price.derivation for name, price in material.estimate.prices.items() if "left out" in price.derivation
    }
