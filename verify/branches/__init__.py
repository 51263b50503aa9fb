"""Branch coverage of the Python packages by the tests."""
