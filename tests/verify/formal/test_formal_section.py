from firstspike.verify.formal import formal_campaign as document


def verdict(name, **changes):
    return {
        "name": name,
        "block": name,
        "statement": f"what {name} does",
        "mode": "prove",
        "depth": 2,
        "engine": "smtbmc z3",
        "result": "proven",
        "covers": 3,
        "reached": 3,
        "seconds": 1.5,
        "cover_seconds": 2.0,
    } | changes


def test_the_section_says_what_is_proven_for_how_long_and_in_which_time():
    text = document.section(
        {
            "engine": "smtbmc z3",
            "proofs": [
                verdict("queue"),
                verdict("loader", mode="bmc", depth=17),
                verdict("pe", result="unknown", reached=2),
            ],
        }
    )
    assert text.startswith("## Formal proofs\n")
    assert "2 of 3 statements" in text and "1 of them for any number of cycles" in text
    assert "8 of 9 cover statements" in text and "10 s in all" in text
    assert "| queue | what queue does | any | proven | 3 of 3 | 1.5 | 2.0 |" in text
    assert "| loader | what loader does | 17 | proven |" in text
    assert "| pe | what pe does | any | unknown | 2 of 3 |" in text
