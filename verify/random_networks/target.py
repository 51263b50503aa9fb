"""What the cases of a campaign run on."""

from firstspike.golden import source_closure
from firstspike.golden.config import HardwareConfig
from firstspike.sim import netlist, processor
from firstspike.verify.random_networks import configurations

CODE = ("firstspike.verify.random_networks.random_networks_run", "firstspike.verify.random_networks.target")
"""Modules that decide what a case is and how it ends."""


class Target:
    """The RTL of several configurations, or one netlist.

    Parameters
    ----------
    pool : sequence of HardwareConfig
    netlist_directory : Path, optional
        What `firstspike synth --target asic` left for the only configuration of `pool`.
    """

    def __init__(self, pool, netlist_directory=None):
        self.configurations = tuple(pool)
        self._directory = netlist_directory
        self._simulators = {}

    @classmethod
    def of(cls, pool_size, netlist_directory=None):
        """The first `pool_size` configurations, or the netlist in this directory.

        Raises
        ------
        golden.config.ConfigurationError
            There is no netlist.
        """
        if netlist_directory is None:
            return cls(configurations.pool(pool_size))
        return cls([HardwareConfig.load(str(netlist_directory / "verilog" / "config.json"))], netlist_directory)

    @property
    def name(self):
        return "RTL" if self._directory is None else f"gate-level netlist of `{self.configurations[0].name}`"

    def config(self, seed):
        """The configuration of the case of this seed."""
        return self.configurations[seed % len(self.configurations)]

    def simulator(self, config):
        """Compiled the first time.

        Raises
        ------
        SimulationError
            It cannot be built.
        """
        if config not in self._simulators:
            self._simulators[config] = (
                processor.simulator(config) if self._directory is None else netlist.simulator(config, self._directory)
            )
        return self._simulators[config]

    def key(self):
        """Changes with everything that a result depends on."""
        netlist_files = [] if self._directory is None else netlist.sources(self.configurations[0], self._directory)
        return source_closure.digest(CODE, [config.to_json() for config in self.configurations], netlist_files)
