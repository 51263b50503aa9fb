"""The option `--data` of all commands that take labelled images."""

import click

from firstspike.golden.datasets import registry

data = click.option(
    "--data", metavar=registry.METAVAR, help=f"{registry.HELP}  [default: those that the network was trained for]"
)
