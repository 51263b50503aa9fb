from firstspike.golden.counting.fields import Field, explained


def test_a_dictionary_of_fields_names_units_and_meanings():
    sections = {"summary": (Field("energy", "aJ", "of all images"), Field("model", "", "its name"))}
    assert explained(sections) == {
        "summary": {"energy": {"unit": "aJ", "meaning": "of all images"}, "model": {"unit": "", "meaning": "its name"}}
    }
