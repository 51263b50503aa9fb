"""The energy report: one HTML page for people, and JSON, CSV and YAML for programs."""
