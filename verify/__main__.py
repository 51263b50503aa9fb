"""Command line: `firstspike verify`, campaigns that look for errors."""

import click

from firstspike.verify.branches.branches_command import branches
from firstspike.verify.coverage.coverage_command import coverage
from firstspike.verify.faults.faults_command import faults
from firstspike.verify.formal.formal_command import formal
from firstspike.verify.fuzz.fuzz_command import fuzz
from firstspike.verify.mutation.mutation_command import mutate
from firstspike.verify.page.page_command import page
from firstspike.verify.random_networks.random_networks_command import campaign


@click.group()
def main():
    """Campaigns that look for errors, and the page of what they found."""


for command in (campaign, formal, mutate, coverage, branches, faults, fuzz, page):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="python -m firstspike.verify")
