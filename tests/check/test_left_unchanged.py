from one_loop import RIGHT, where
from tables import each_row


def test_what_nothing_in_the_loop_changes_is_the_loops_fault():
    found = where(RIGHT.replace("        carry = W.T @ dz\n", ""))
    assert (found.line, found.last, found.verdict) == (8, 12, "unchanged")
    assert found.name == "carry"


@each_row(
    ("line", "name"),
    [("dW += dz @ x[:, :, t].T", "dW"), ("dx[:, :, t] = W.T @ dz", "dx")],
)
def test_an_output_that_nothing_in_the_loop_changes_is_the_loops_fault(line, name):
    found = where(RIGHT.replace(f"        {line}\n", ""))
    assert (found.line, found.verdict, found.name) == (8, "unchanged", name)
