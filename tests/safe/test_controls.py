from autograder.safe.controls import control_characters


def test_all_control_characters_are_found_but_for_those_that_stay():
    pattern = control_characters(keep="\n\t")
    every = "".join(map(chr, range(0x100)))
    found = pattern.findall(every)
    assert len(found) == 32 + 33 - 2
    assert not {"\n", "\t", " ", "a", "\u00a0"} & set(found)
    assert {"\0", "\r", "\x1b", "\x7f", "\x9f"} <= set(found)


def test_others_may_go_too():
    pattern = control_characters(keep="", more="\u202a-\u202e]".replace("]", r"\]"))
    assert pattern.sub("", "a\u202db]c\n") == "abc"
