"""The results of the fuzzing campaign as a section of docs/verification.md."""

TITLES = {
    "network_files": "Network files",
    "checkpoints": "Checkpoints",
    "pytorch_files": "PyTorch files",
    "streams": "Streams into the RTL",
}
CLAIMS = {
    "network_files": "Each file is refused with the reader's error, or read as a network that is valid; damage is "
    "never read as another network. Forged files have a right checksum.",
    "checkpoints": "Each file is refused by the exporter with one of its errors, or exported.",
    "pytorch_files": "Each file is refused by the reader with its error, or read.",
    "streams": "Each malformed run ends with a result or an error code; after a reset a good run takes the predicted "
    "cycles and is bit-exact.",
}


def section(results):
    """Markdown text.

    Parameters
    ----------
    results : dict
        Of docs/verification/fuzz.json.
    """
    lines = [
        "## Fuzzing",
        "",
        "`make fuzz`: seeded cases, every one can be repeated by its number.",
        "",
        "| what reads | cases | problems |",
        "|---|--:|--:|",
    ]
    lines += [f"| {TITLES[target]} | {found['cases']:,} | {found['problems']} |" for target, found in results.items()]
    for target, found in results.items():
        lines += ["", f"### {TITLES[target]}", "", CLAIMS[target], ""]
        if target == "streams":
            lines += [
                f"Processor `{found['config']}`; its watchdog ends a run in which no stream moves and no spike "
                f"is written for {found['watchdog_cycles']:,} cycles. The longest malformed run took "
                f"{found['most_cycles']:,} cycles.",
                "",
            ]
        outcomes = list(dict.fromkeys(outcome for kinds in found["outcomes"].values() for outcome in kinds))
        lines += [f"| mutation | {' | '.join(outcomes)} |", "|---|" + "--:|" * len(outcomes)]
        lines += [
            f"| {kind} | {' | '.join(str(numbers.get(outcome, 0)) for outcome in outcomes)} |"
            for kind, numbers in found["outcomes"].items()
        ]
    return "\n".join(lines) + "\n"
