"""Every field of the benchmark's JSON file, explained; the file carries these texts."""

RUN = {
    "batch": "images of one run of the hardware",
    "images": "images simulated in one go",
    "image_source": "where the images came from",
    "bit_exact": "all spike words, potentials and operation counters equal the golden model's",
    "cycle_model_equal": "all cycle counters equal the cycle model's prediction",
    "correct": "images whose class equals the label",
    "cycles": "clock cycles from reset to the last result",
    "cycles_per_image": "cycles / images",
    "slowest_run_cycles_per_image": "cycles of the slowest run / batch",
    "counted_cycles": "sum of the counter `cycles` over all layer runs",
    "caused_cycles": "sum of the counters of all causes over all layer runs / clusters: the same number",
    "layers": "per layer, mean per image: cycles; floor (all synaptic operations / lanes); utilisation (floor / cycles); "
    "causes (cycles spent on each, see `firstspike counts`)",
}
SPEED = {"median": "median of all", "all": "each measurement", "unit": "of the measurements"}
GOLDEN = SPEED
COMMAND = {
    "seconds": "wall time of the command, start of Python included",
    "peak_memory_mib": "largest resident memory of the process, MiB",
}
POINT = {
    "value": "value of the swept parameter",
    "batch": "images of one run of the hardware",
    "cycles_per_image": "mean cycles by the cycle model; null if the mapper refuses the configuration",
    "floor_per_image": "mean of all synaptic operations / lanes",
    "refusal": "why the mapper refuses the configuration; null if it does not",
}
MACHINE = {
    "processor": "of the computer that ran the benchmark",
    "cores": "of it",
    "load": "mean number of running processes in the minute before: times are only comparable if it is small",
}
EXPLANATIONS = {
    "runs": RUN,
    "simulation": SPEED,
    "golden": GOLDEN,
    "export": COMMAND,
    "verilog": COMMAND,
    "growth": POINT,
    "machine": MACHINE,
}
