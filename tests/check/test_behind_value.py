from one_loop import RIGHT, where

BACK = "\ndef back(W, dz):\n    return W.T @ dz\n"


def departure(*edits, helper=""):
    text = RIGHT
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return where(text + helper)


def test_what_changes_behind_its_name_is_told_where_it_got_the_second_one():
    begun = "    carry = np.zeros(da.shape[:2])\n"
    found = departure(
        (begun, f"{begun}    total = carry\n"),
        ("total = da[:, :, t] + carry", "total += da[:, :, t]"),
    )
    assert (found.line, found.name) == (8, "total")


def test_an_argument_that_is_filled_is_told_where_it_got_its_other_name():
    found = departure(("dx = np.zeros(x.shape)", "dx = x"))
    assert (found.line, found.name) == (6, "dx")


def test_a_constant_that_is_computed_from_numbers_is_told_before_what_is_made_of_it():
    old = "total = da[:, :, t] + carry"
    found = departure((old, "old = carry * 0\n        total = da[:, :, t] + old"))
    assert (found.line, found.name) == (9, "old")


def test_a_helper_that_is_right_in_another_call_is_told_by_the_line_that_calls_it():
    found = departure(
        ("dx[:, :, t] = W.T @ dz", "dx[:, :, t] = back(W, dz)"),
        ("carry = W.T @ dz", "carry = back(W, total)"),
        helper=BACK,
    )
    assert (found.function, found.line) == ("backward", 13)


def test_a_helper_that_is_wrong_in_all_calls_is_told_itself():
    found = departure(
        ("dx[:, :, t] = W.T @ dz", "dx[:, :, t] = back(W, dz)"),
        ("carry = W.T @ dz", "carry = back(W, dz)"),
        helper=BACK.replace("W.T", "W"),
    )
    assert (found.function, found.line) == ("back", 17)
