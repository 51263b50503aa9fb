from firstspike.verify.mutation import source_mutants as source

TEXT = '''"""A docstring with 1 number."""


def grows(x: "int" = 3):
    """Not 2 mutate."""
    if x < 4 and x:
        x += 1
    must(x == 1, f"a message about {x + 1}")
    if x == 9:
        raise ValueError(f"{x + 2}")
    note(x)
    return x << 2
'''


def changes(text):
    return {
        (mutant.line, mutant.before, mutant.after)
        for mutant in (source.mutant("a.py", text, site) for site in source.sites(text))
    }


def test_operators_constants_conditions_and_statements_are_changed():
    assert changes(TEXT) >= {
        (6, "x < 4", "x <= 4"),
        (6, "4", "5"),
        (6, "x < 4 and x", "x < 4 or x"),
        (6, "if x < 4 and x:", "if not (x < 4 and x):"),
        (7, "x += 1", "x -= 1"),
        (7, "x += 1", "x += 0"),
        (8, "x == 1", "x != 1"),
        (11, "note(x)", "None"),
        (12, "x << 2", "x >> 2"),
        (12, "2", "3"),
        (4, "3", "4"),
    }


def test_what_only_people_read_stays():
    touched = {(line, before) for line, before, _ in changes(TEXT)}
    assert not {line for line, _ in touched} & {1, 5, 10} and (8, "x + 1") not in touched


def test_a_mutant_differs_in_one_place_and_is_python():
    original = source.ast.unparse(source.ast.parse(TEXT)).splitlines()
    for site in source.sites(TEXT):
        changed = source.mutant("a.py", TEXT, site).source
        compile(changed, "a.py", "exec")
        assert sum(one != other for one, other in zip(original, changed.splitlines(), strict=True)) == 1
