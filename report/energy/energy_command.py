"""`firstspike report`."""

import json
from pathlib import Path

import numpy as np

from firstspike.golden import terminal
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.datasets import pictures
from firstspike.golden.energy import tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, file_name
from firstspike.quant import models
from firstspike.report.energy import ecosystem, material, page, rtl_counts
from firstspike.report.energy import energy_document as document
from firstspike.report.run.outcome import class_names

REPORTS = BUILD / "reports"


def write(console, *, model, config_name, count, picture_path, shown, batch, table, dram, clock_mhz, rtl, output):
    """Compute the report and write its files.

    Parameters
    ----------
    console : rich.console.Console
    model, config_name, batch
        As for `quant.models.load`.
    count : int or None
        Images to classify, count and price; by default those of `golden.datasets.images.for_network`.
    picture_path : path or None
        A picture instead of images of the data set.
    shown : int
    table, dram : str
    clock_mhz : float
    rtl : path or None
        Report of `firstspike sim`; None: the one in `build/reports`, if it is of the same configuration and images.
    output : path or None
        Directory; `build/reports` by default.

    Returns
    -------
    list of Path
        HTML, JSON, CSV, Accelergy YAML, NeuroBench JSON.

    Raises
    ------
    EnergyError, quant.models.load's errors, golden.datasets.images.ImagesError, OSError
    """
    settings = material.Settings(tables.load(table), dram, round(clock_mhz * 1e6))
    tables.dram(dram)
    network_file = models.load(model, config_name, batch)
    network, schedule = network_file.network, network_file.schedule
    names = class_names(network)
    if picture_path is not None:
        seen = pictures.read(picture_path, network.input_shape)
        pixels, labels, source = seen.pixels[np.newaxis], None, seen.source
    else:
        found = image_sources.for_network(network, count)
        pixels, labels, source = found.pixels, found.labels, found.source
    with console.status("golden model, counts, cycle model"):
        collected = material.collect(
            network,
            schedule,
            pixels,
            labels,
            names,
            source,
            settings,
            shown=shown,
            rtl=_rtl(rtl, network, schedule, source, len(pixels)),
        )
    if collected.rtl is not None and not collected.rtl.equal:
        console.print(terminal.marked("The counters of the RTL and the golden counts differ.", "red"))
    with console.status("figures"):
        found = document.document(collected)
        contents = {
            "html": page.render(found, collected).encode(),
            "json": (json.dumps(found, indent=1) + "\n").encode(),
            "csv": ecosystem.layers_csv(found).encode(),
            "accelergy.yaml": ecosystem.accelergy(found).encode(),
            "neurobench.json": (json.dumps(ecosystem.neurobench(collected), indent=1) + "\n").encode(),
        }
    directory = Path(output) if output is not None else REPORTS
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, content in contents.items():
        path = directory / f"{file_name(network.name)}-energy.{suffix}"
        write_atomically(path, content)
        paths.append(path)
    _print(console, found, paths)
    return paths


def _rtl(path, network, schedule, source, images):
    if path is not None:
        return rtl_counts.load(path, network, schedule)
    try:
        found = rtl_counts.load(REPORTS / f"{file_name(network.name)}.json", network, schedule)
    except EnergyError:
        return None  # the last simulation was another one; only a report that was asked for must fit
    return found if found.image_source == source and found.images <= images else None


def _print(console, found, paths):
    summary = found["summary"]
    console.print(
        f"{summary['microjoules_per_image']:.1f} uJ per image ({summary['table']}, {summary['dram']}, batch "
        f"{summary['batch']}), {summary['on_chip_picojoules_per_sop']:.2f} pJ per synaptic operation on the "
        f"chip, {summary['frames_per_second']:,.0f} images/s and {1000 * summary['watts']:.0f} mW at "
        f"{summary['clock_hz'] / 1e6:g} MHz",
        soft_wrap=True,
    )
    for path in paths:
        console.print(str(path), soft_wrap=True)
