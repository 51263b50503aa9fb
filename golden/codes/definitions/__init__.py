"""The definitions of the codes in plain Python integers, for `golden/evaluators/definitions.py`."""
