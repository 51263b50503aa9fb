"""What the JSON file of an energy report calls itself, so that another program knows it."""

KIND = "firstspike energy report"
VERSION = 2
"""Of the fields; files of version 1 had no `format`. Raised when a field changes its name or its meaning."""
