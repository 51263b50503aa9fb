"""What the protection of each memory costs: gates for encoders and checkers, and bits of memory."""

import shutil

from firstspike.flow.synthesis import asic, yosys
from firstspike.flow.synthesis.liberty import read as read_library
from firstspike.golden.config import NO_PROTECTION, PARITY, SECDED
from firstspike.golden.energy import memories
from firstspike.hw.deliver import sram_macros
from firstspike.hw.deliver.constraints import DEFAULT_CLOCK_MHZ
from firstspike.hw.deliver.memories import memories as memories_of
from firstspike.hw.memory.protected_sram import ProtectedSram
from firstspike.hw.writer.verilog import SRAM, TOP, design, write_texts


def measure(config, directory, liberty=(), clock_mhz=DEFAULT_CLOCK_MHZ, on_done=lambda: None):
    """Synthesises every memory with every protection, the memory itself as a black box.

    Parameters
    ----------
    config : HardwareConfig
        Its own protections do not matter.
    directory : Path
        For sources, logs and results of the tools.
    liberty : sequence of Path
    clock_mhz : float
    on_done : function
        Called after each synthesis run; there are `count()` of them.

    Returns
    -------
    dict
        Name of the configuration, technology, and `costs`: one dict per option and protection with the gates of all
        its memories in kGE, and the bits of memory without and with check bits.

    Raises
    ------
    SynthesisError
    """
    library = read_library(liberty)
    shapes = memories.of(memories.protected(config, NO_PROTECTION))
    costs = []
    for option, names in memories.PROTECTED.items():
        for protection in (PARITY, SECDED):
            gates = data_bits = all_bits = 0
            for shape in (shapes[name] for name in names):
                sram = ProtectedSram(shape.bits, shape.rows, protection)
                area = _area(sram, directory / f"{shape.name}-{protection}", library, 1000 / clock_mhz)
                gates += shape.copies * area / library.nand2.area
                data_bits += shape.copies * shape.rows * shape.bits
                all_bits += shape.copies * shape.rows * sram.row_bits
                on_done()
            costs.append(
                {
                    "option": option,
                    "protection": protection,
                    "kge": round(gates / 1000, 3),
                    "memory_bits": data_bits,
                    "protected_bits": all_bits,
                }
            )
    return {"configuration": config.name, "technology": library.name, "clock_mhz": clock_mhz, "costs": costs}


def count():
    """Synthesis runs of one `measure`."""
    return 2 * sum(map(len, memories.PROTECTED.values()))


def _area(component, directory, library, period_ns):
    """Area of the logic of `component`, in the unit of the library."""
    shutil.rmtree(directory, ignore_errors=True)
    logic = design(component)
    macros = sram_macros.texts(memories_of(logic), "")
    texts = {f"{name}.sv": text for name, text in logic.texts.items()}
    write_texts(directory, texts | {f"{sram_macros.DIRECTORY}/{name}": text for name, text in macros.items()})
    asic.write_scripts(directory, library)
    files = asic.library_files(directory, library)
    sources = [f"{sram_macros.DIRECTORY}/{name}" for name in (SRAM, *macros) if name in macros]
    yosys.run(
        directory,
        "protection",
        [
            *(f"read_liberty -lib {file}" for file in files),
            f"read_verilog -sv -D SYNTHESIS {' '.join(dict.fromkeys([*sources, *texts]))}",
            f"hierarchy -check -top {TOP}",
            *asic.map_commands(library, files, period_ns),
            f"tee -o modules.json stat -json {' '.join(f'-liberty {file}' for file in files)}",
        ],
    )
    return yosys.statistics(directory / "modules.json")[TOP].get("area", 0.0)
