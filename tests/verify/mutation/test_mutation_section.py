from firstspike.verify.mutation import mutation_campaign as document


def entry(module, verdict, **changes):
    return {
        "name": f"{module}: a|b",
        "module": module,
        "source": "a.sv:3",
        "tier": None,
        "verdict": verdict,
        "reason": "seen",
    } | changes


def test_the_section_counts_by_module_and_explains_what_was_not_killed():
    text = document.section(
        {
            "config": "tiny",
            "seed": 4,
            "golden": [entry("golden/evaluators/fast.py", "killed")],
            "rtl": [
                entry("loader", "killed"),
                entry("loader", "survived", reason=None),
                entry("pe", "killed"),
                entry("pe", "equivalent", reason="never set"),
            ],
        }
    )
    assert text.startswith("## Mutants\n") and "SEED=4" in text
    assert "**RTL**: 2 of 4 mutants killed; 1 equivalent, 0 without a promised effect, 1 survived; score 66.7%." in text
    assert "**golden model**: 1 of 1 mutants killed" in text and "score 100.0%" in text
    assert "| loader | 2 | 1 | 0 | 0 | 1 |" in text and "| pe | 2 | 1 | 1 | 0 | 0 |" in text
    assert "| pe: a\\|b | a.sv:3 | equivalent | never set |" in text
    assert "| loader: a\\|b | a.sv:3 | survived |  |" in text
