"""Xilinx 7 series: resources. Place and route needs the vendor's tools."""

from firstspike.flow.synthesis import yosys


def synthesise(directory, sources):
    """Maps the design module by module.

    Returns
    -------
    usage : process.Usage
    modules : dict
        `yosys.statistics`.
    """
    usage = yosys.run(
        directory,
        "xilinx",
        [
            *sources.read_commands([sources.behavioural_memory]),
            "synth_xilinx -family xc7 -top firstspike -edif xilinx.edif",
            "tee -o modules.json stat -json",
        ],
    )
    return usage, yosys.statistics(directory / "modules.json")
