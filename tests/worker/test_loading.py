from tables import each_row


def test_what_stands_below_a_failing_line_is_defined(loads):
    one, said = loads(
        "import math\nx = open('no such file')\nN.append(x)\nN = [3]\n"
        "def f():\n    return N\n"
        "N.append(4)\n"
    )
    assert one.space["f"]() == [3]
    assert [(e["kind"], e["line"]) for e in said["errors"]] == [
        ("FileNotFoundError", 2)
    ]


def test_a_cell_that_is_no_python_defines_nothing(loads):
    one, said = loads("def f():\n    return 1\nx = = 2", "def g():\n    return 2")
    assert "f" not in one.space
    assert one.space["g"]() == 2
    assert [(e["kind"], e["cell"], e["line"]) for e in said["errors"]] == [
        ("SyntaxError", "1", 3)
    ]


F = "def f():\n    return 'first'"
SECOND = F.replace("first", "second")
LATER = SECOND.replace("\n", "\n    ")  # in a block

GOES_ON = {  # what is lacking here, in front of the second version: it counts
    "import": f"import no_such_module\n{SECOND}",
    "import of a name": f"from math import no_such_name\n{SECOND}",
    "in an if": f"import no_such_module\nif True:\n    {LATER}",
    "in an else": f"import no_such_module\nif False:\n    pass\nelse:\n    {LATER}",
    "in a with": (
        "import no_such_module, contextlib\nimport contextlib\n"
        f"with contextlib.suppress():\n    {LATER}"
    ),
    "in a try": f"import no_such_module\ntry:\n    {LATER}\nfinally:\n    pass",
    "import in the if": f"if True:\n    import no_such_module\n    {LATER}",
    "import in the with": (
        "import contextlib\n"
        f"with contextlib.nullcontext():\n    import no_such_module\n    {LATER}"
    ),
    "import in the try": f"try:\n    import no_such_module\n    {LATER}\nfinally:\n    pass",
    "import in a loop": f"for i in range(2):\n    import no_such_module\n    {LATER}",
    "a with of the module": f"import no_such_module\nwith no_such_module.no_grad():\n    {LATER}",
    "what comes of it": f"import no_such_module as m\na = m.a()\nb = a + 1\nb.c\n{SECOND}",
    "a function that uses it": (
        f"import no_such_module\ndef g():\n    no_such_module.x\ng()\n{SECOND}"
    ),
    "an example": f"x, y = check.example('f')\nz = x + y\n{SECOND}",
}

STOPS = {  # what a kernel would not do either, in front of a second version: it does not count
    "an error": f"1 / 0\n{SECOND}",
    "an error behind an import": f"import no_such_module\n1 / 0\n{SECOND}",
    "an error in front of an import": f"1 / 0\nimport no_such_module\n{SECOND}",
    "a file": f"open('/no/such/file')\n{SECOND}",
    "a name": f"no_such_name\n{SECOND}",
    "an assignment": "1 / 0\nf = lambda: 'second'",
    "two at once": "1 / 0\nf, new = (lambda: 'second'), 1",
    "an import": "1 / 0\nfrom math import tau as f",
    "in an if": f"1 / 0\nif True:\n    {LATER}",
    "in the same if": f"if True:\n    1 / 0\n    {LATER}",
    "in a with": f"import contextlib\nwith contextlib.nullcontext():\n    1 / 0\n    {LATER}",
    "in a try": f"try:\n    1 / 0\n    {LATER}\nfinally:\n    pass",
    "the head of a with": f"with no_such_name:\n    {LATER}",
    "the head of an if": f"if no_such_name:\n    {LATER}",
    "assert": f"assert False\n{SECOND}",
    "exit": f"raise SystemExit\n{SECOND}",
    "a magic that does not exist": f"%no_such_magic\n{SECOND}",
}


@each_row("name", GOES_ON)
def test_a_cell_goes_on_where_something_is_lacking_here(name, loads):
    one, said = loads(F, GOES_ON[name])
    assert one.space["f"]() == "second"
    assert [e["cell"] for e in said["errors"]] == ["2"]


@each_row("name", STOPS)
def test_nothing_below_an_error_takes_the_place_of_what_is_there(name, loads):
    one, said = loads(F, STOPS[name])
    assert one.space["f"]() == "first"
    assert [e["cell"] for e in said["errors"]] == ["2"]
    assert "new" not in one.space


@each_row("name", [name for name in STOPS if "def f" in STOPS[name]])
def test_what_takes_no_place_is_defined_below_an_error(name, loads):
    one, _ = loads(STOPS[name])
    assert one.space["f"]() == "second"


def test_a_try_that_mends_a_missing_module_is_let_be(loads):
    one, said = loads(
        "try:\n    import no_such_module\nexcept ImportError:\n    no_such_module = None"
    )
    assert (said["errors"], one.space["no_such_module"]) == ([], None)


PLANNED = [
    "SIZE = [3]\nprint(SIZE)",
    "RAN.append('a')\nrate = RAN.append('b')\nTABLE = {}\nTABLE['x'] = RAN.append('c')",
    "for i in range(2):\n    RAN.append('d')",
    "import math as m; RAN.append('e')",
    "def f():\n    return SIZE, TABLE, m\n"
    "if RAN.append('f') is None:\n    RAN.append('g')\n    X = 1",
]


def ran(loads, **plan):
    given = [("given", "RAN = []")]
    one, _ = loads(*PLANNED, given=given, **plan)
    assert callable(one.space["f"])
    return "".join(one.space["RAN"])


def test_of_what_takes_long_only_that_is_run_which_a_definition_needs(loads):
    assert ran(loads) == "abcddefg"
    places = [["2", 1], ["2", 2], ["2", 4], ["3", 1], ["5", 4]]
    assert ran(loads, slow=places, failed=[]) == "cef"
    assert ran(loads, cautious=["3", "4", "5"], failed=[]) == "abcf"


def test_what_ended_a_worker_is_left_out(loads):
    timeout = [["2", 1, "timeout"]]
    assert ran(loads, ended=timeout) == "bcddefg"
    one, _ = loads(F, f"x = 1\n{SECOND}", ended=[["2", 1, "timeout"]])
    assert one.space["f"]() == "second"
    one, _ = loads(F, f"x = 1\n{SECOND}\nN = 3", ended=[["2", 1, "crashed"]])
    assert (one.space["f"](), one.space["N"]) == ("first", 3)


def test_what_is_lacking_because_it_was_left_out_stops_no_cell(loads):
    cell = "losses = [1]\nbest = min(losses)\nbest.real\n" + SECOND
    one, _ = loads(F, cell, slow=[["2", 1]])
    assert one.space["f"]() == "second"
    one, _ = loads(
        F,
        "hist = []\n[hist.append(i) for i in (1, 2)]\nhist[-1]\n" + SECOND,
        slow=[["2", 2]],
        failed=[],
    )
    assert one.space["f"]() == "second"


def test_what_failed_when_all_was_run_stops_its_cell_again(loads):
    one, _ = loads(F, f"x = 1\n1 / 0\n{SECOND}", failed=[["2", 2]])
    assert one.space["f"]() == "first"
    one, _ = loads(F, f"x = 1\n1 / 0\n{SECOND}", failed=[["2", 2]], slow=[["2", 2]])
    assert one.space["f"]() == "first"


@each_row("name", STOPS)
def test_a_cell_that_stopped_stops_when_it_is_loaded_again(name, loads):
    _, said = loads(F, STOPS[name])
    one, _ = loads(F, STOPS[name], failed=said["failed"])
    assert one.space["f"]() == "first"
