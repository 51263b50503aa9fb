"""The results of the proofs as a section of the verification report."""


def section(results):
    """Markdown of docs/verification/formal.json."""
    verdicts = results["proofs"]
    proven = [verdict for verdict in verdicts if verdict["result"] == "proven"]
    unbounded = sum(verdict["mode"] == "prove" for verdict in proven)
    seconds = sum(verdict["seconds"] + verdict["cover_seconds"] for verdict in verdicts)
    lines = [
        "## Formal proofs",
        "",
        f"`make formal`: {len(proven)} of {len(verdicts)} statements about the components are proven, {unbounded} of them "
        f"for any number of cycles (k-induction), the others for the cycles after reset that the table gives. Every "
        f"input has every value in every cycle unless the property file in `verify/formal` states what the environment "
        f"promises. {sum(verdict['reached'] for verdict in verdicts)} of {sum(verdict['covers'] for verdict in verdicts)} "
        f"cover statements are reached, so that no proof is empty. Engine: SymbiYosys, {results['engine']}; "
        f"{seconds:.0f} s in all.",
        "",
        "| proof | what holds | cycles | result | covers reached | proof, s | covers, s |",
        "|---|---|---|---|---|---|---|",
    ]
    for verdict in verdicts:
        cycles = "any" if verdict["mode"] == "prove" else f"{verdict['depth']}"
        lines.append(
            f"| {verdict['name']} | {verdict['statement']} | {cycles} | {verdict['result']} | "
            f"{verdict['reached']} of {verdict['covers']} | {verdict['seconds']:.1f} | "
            f"{verdict['cover_seconds']:.1f} |"
        )
    return "\n".join(lines) + "\n"
