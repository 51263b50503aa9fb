"""Command line: `firstspike verify`, campaigns that look for errors."""

import click

from firstspike.verify.campaigns import CAMPAIGNS
from firstspike.verify.page.page_command import page


@click.group()
def main():
    """Campaigns that look for errors, and the page of what they found."""


for command in (*CAMPAIGNS, page):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="python -m firstspike.verify")
