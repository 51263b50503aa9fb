"""The design in JSON: ports, parameters, memories, and what each module is in the source of the generator."""

import inspect
import json

from firstspike.hw.deliver.memories import memories, walk

FILE = "firstspike.json"

_STREAM_PINS = {
    "tdata": "data, first byte in the low bits",
    "tvalid": "a word is offered",
    "tready": "it is accepted",
    "tlast": "last word of a packet",
}
PORTS = {
    "clk": "clock; everything happens at its rising edge",
    "rst": "reset, synchronous, active high, at least one cycle",
    **{f"s_axis_net_{pin}": f"network stream in: {text}" for pin, text in _STREAM_PINS.items()},
    **{f"s_axis_img_{pin}": f"image stream in: {text}" for pin, text in _STREAM_PINS.items()},
    **{f"m_axis_res_{pin}": f"result stream out: {text}" for pin, text in _STREAM_PINS.items()},
    "trace_valid": "observation port: a word of the spike buffer is written in this cycle",
    "trace_run": "observation port: layer run since the START record, from 0",
    "trace_layer": "observation port: field `layer` of the LAYER record",
    "trace_address": "observation port: address of the word",
    "trace_data": "observation port: the word, `word_neurons` spike words of 5 bits, first channel in the low bits",
    "memory_corrected": "a word read from a memory with SECDED has been corrected; several may share a cycle",
}
"""Description of every port that a configuration can have."""


def text(config, design):
    """JSON text; names in it are those of the Verilog."""
    *_, top = design.modules
    paths = {top: [top]}
    for path, cell in walk(design):
        paths.setdefault(cell.kind, []).append(path)
    fields = type(config).model_fields
    document = {
        "top": top,
        "clock": "clk",
        "reset": {"port": "rst", "active": "high", "kind": "synchronous"},
        "ports": [
            {"name": wire.name, "direction": wire.direction, "width": wire.width, "description": PORTS[wire.name]}
            for wire in design.modules[top].ports
        ],
        "parameters": {
            name: {"value": value, "description": fields[name].description}
            for name, value in config.model_dump().items()
        },
        "memories": [
            {
                "macro": memory.macro,
                "depth": memory.depth,
                "width": memory.width,
                "count": memory.count,
                "write_ports": 1,
                "read_ports": 1,
                "instances": list(memory.instances),
            }
            for memory in memories(design)
        ],
        "modules": [
            {
                "module": name,
                "file": f"{name}.sv",
                **_component(design.components.get(design.instances[name][0])),
                "instances": paths[name],
                "design_paths": design.instances[name],
            }
            for name in reversed(design.modules)
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _component(component):
    if component is None:
        return {"component": None, "documentation": None}
    kind = type(component)
    return {"component": f"{kind.__module__}.{kind.__qualname__}", "documentation": inspect.getdoc(kind)}
