from tables import each_row

from autograder.unit.exercise_names import is_exercise_name, misspelt, unit_number

COURSE = ("ex1_rnn_cell", "ex2_rnn_backward", "ex5_gru")


@each_row(
    ("name", "is_one"),
    [
        ("ex1_rnn_cell", True),
        ("ex12_a", True),
        ("ex1b_a", True),
        ("ex1", False),
        ("ex_a", False),
        ("xex1_a", False),
        ("ex1_", False),
    ],
)
def test_a_name_has_a_number_and_a_word(name, is_one):
    assert is_exercise_name(name) == is_one


def test_units_stand_in_the_order_of_their_numbers():
    names = ["ex10_a", "ex2_b", "ex2_a", "notes"]
    assert sorted(names, key=unit_number) == ["notes", "ex2_a", "ex2_b", "ex10_a"]


@each_row(
    ("name", "meant"),
    [
        ("ex5_gur", "ex5_gru"),
        ("EX1_RNN_CELL", "ex1_rnn_cell"),
        ("ex2_rnn_backwards", "ex2_rnn_backward"),
        ("homework", ""),
    ],
)
def test_a_misspelt_name_is_that_of_the_likeliest_exercise(name, meant):
    assert misspelt(name, COURSE) == meant


def test_where_there_are_no_exercises_nothing_is_meant():
    assert misspelt("ex5_gru", ()) == ""
