"""The command `firstspike report`."""

import json
from pathlib import Path

import click
import numpy as np

from firstspike.golden import terminal
from firstspike.golden.datasets import images as image_sources
from firstspike.golden.datasets import pictures
from firstspike.golden.datasets.registry import DEFAULT_IMAGES
from firstspike.golden.energy import tables
from firstspike.golden.energy.errors import EnergyError
from firstspike.golden.files import write_atomically
from firstspike.golden.paths import BUILD, file_name
from firstspike.quant import models
from firstspike.report import options
from firstspike.report.energy import ecosystem, other_report, page, rtl_counts
from firstspike.report.energy import energy_document as document
from firstspike.report.energy.material import Material
from firstspike.report.run.outcome import class_names

REPORTS = BUILD / "reports"


@click.command()
@options.model()
@options.config
@options.data
@options.count(None, f"Number of test images, whole batches.  [default: {DEFAULT_IMAGES}]")
@options.picture
@click.option("--show", default=0, show_default=True, type=click.IntRange(min=0), help="Image whose spikes are drawn.")
@options.batch
@click.option("--table", default=tables.DEFAULT, show_default=True, help="Energy table: a name or a YAML file.")
@click.option("--dram", default="hbm2", show_default=True, help="DRAM choice: hbm2, ddr4 or lpddr4.")
@click.option(
    "--clock",
    "clock_mhz",
    default=500.0,
    show_default=True,
    type=click.FloatRange(min=0.001),
    help="Clock in MHz, for rates, power and leakage.",
)
@click.option(
    "--rtl",
    type=click.Path(path_type=Path),
    help="Report of `firstspike sim` to compare with.  [default: the last one, if it fits]",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="OTHER.json",
    help="JSON file of another report, to put beside this one.",
)
@options.output("build/reports")
def report(model, config_name, data, count, picture_path, show, batch, table, dram, clock_mhz, rtl, against, output):
    """Estimate the energy of a network and write one HTML page with the JSON, CSV and YAML behind it."""
    options.require_one_source(count, picture_path, data)
    console = terminal.console(soft_wrap=True)
    with terminal.errors_as_messages(EnergyError, *options.ERRORS):
        prices = tables.load(table)
        tables.dram(dram)
        other = None if against is None else other_report.load(against)
        network_file = models.load(model, config_name, batch)
        network, schedule = network_file.network, network_file.schedule
        if picture_path is not None:
            seen = pictures.read(picture_path, network.input_shape)
            pixels, labels, source = seen.pixels[np.newaxis], None, seen.source
        else:
            found = image_sources.for_network(network, count, schedule.batch, data)
            pixels, labels, source = found.pixels, found.labels, found.source
        material = Material(
            network,
            schedule,
            pixels,
            labels,
            class_names(network),
            source,
            prices,
            dram,
            round(clock_mhz * 1e6),
            shown=show,
            rtl_counts=_rtl(rtl, network, schedule, source, len(pixels)),
        )
        with console.status("golden model, counts, cycle model, figures"):
            found = document.document(material, other, None if against is None else against.name)
            contents = {
                "html": page.render(found, material),
                "json": json.dumps(found, indent=1) + "\n",
                "csv": ecosystem.layers_csv(found),
                "accelergy.yaml": ecosystem.accelergy(found),
                "neurobench.json": json.dumps(ecosystem.neurobench(material), indent=1) + "\n",
            }
        directory = output or REPORTS
        directory.mkdir(parents=True, exist_ok=True)
        paths = {
            directory / f"{file_name(network.name)}-energy.{suffix}": content for suffix, content in contents.items()
        }
        for path, content in paths.items():
            write_atomically(path, content.encode())
    if material.rtl is not None and not material.rtl.equal:
        console.print(terminal.marked("The counters of the RTL and the golden counts differ.", "red"))
    summary = found["summary"]
    per_sop = summary["on_chip_picojoules_per_sop"]
    on_chip = "no synaptic operation" if per_sop is None else f"{per_sop:.2f} pJ per synaptic operation on the chip"
    console.print(
        f"{summary['microjoules_per_image']:.1f} uJ per image ({summary['table']}, {summary['dram']}, batch "
        f"{summary['batch']}), {on_chip}, {summary['frames_per_second']:,.0f} images/s and {1000 * summary['watts']:.0f} mW at "
        f"{summary['clock_hz'] / 1e6:g} MHz"
    )
    for path in paths:
        console.print(str(path))


def _rtl(path, network, schedule, source, images):
    """The counters in the report at `path`, or those of the last simulation if they are of the same images; or None."""
    if path is not None:
        return rtl_counts.load(path, network, schedule)
    try:
        found = rtl_counts.load(REPORTS / f"{file_name(network.name)}.json", network, schedule)
    except EnergyError:
        return None  # the last simulation was another one; only a report that was asked for must fit
    return found if found.image_source == source and found.images == images else None
