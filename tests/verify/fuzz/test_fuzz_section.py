from firstspike.verify.fuzz import fuzz_campaign as document

RESULTS = {
    "network_files": {
        "cases": 1200,
        "outcomes": {"truncated": {"refused": 600}, "forged": {"refused": 500, "valid": 100}},
        "problems": 0,
        "first_problems": [],
    },
    "streams": {
        "cases": 26,
        "outcomes": {"stopped": {"TIMEOUT": 26}},
        "problems": 1,
        "first_problems": [],
        "config": "tiny",
        "watchdog_cycles": 16384,
        "most_cycles": 40814,
    },
}


def test_the_section_shows_what_was_measured():
    text = document.section(RESULTS)
    assert text.startswith("## Fuzzing\n")
    assert "| Network files | 1,200 | 0 |" in text and "| Streams into the RTL | 26 | 1 |" in text
    assert "| forged | 500 | 100 |" in text and "| truncated | 600 | 0 |" in text
    assert "16,384 cycles" in text and "40,814 cycles" in text
