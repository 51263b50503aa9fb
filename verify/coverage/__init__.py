"""What the streams of the tests reach: lines and toggles of the RTL, functional bins, branches of the Python packages."""
