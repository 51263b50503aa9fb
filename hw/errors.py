"""What can go wrong between the generator and the tools that read its Verilog."""


class ToolError(Exception):
    """A tool is missing, failed, or got input that it has no use for."""
