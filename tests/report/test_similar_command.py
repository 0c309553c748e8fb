"""The page of similar submissions, from notebooks."""

import json

import notebooks as nb

from autograder.cli import main

EX1 = "ex1_rnn_cell"
ODD = (
    "    pre = np.add(np.dot(Waa, a_prev), np.dot(Wax, xt)) + 1.0 * ba\n"
    "    a_next = np.sinh(pre) / np.cosh(pre)  # tanh by hand\n"
)
RENAMED = ODD.replace("pre", "summe")
USUAL = "    a_next = np.tanh(Waa @ a_prev + Wax @ xt + ba)\n"


def hand_in(place, student, state, prediction):
    text = nb.RIGHT[nb.CELL].replace(USUAL, state)
    assert state in text
    text = text.replace("Wya @ a_next + by", prediction)
    notebook = nb.answered(**{nb.CELL: text})
    path = place / student / EX1 / f"{EX1}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_renamed_copy_is_found_and_the_usual_answer_is_nobodys(tmp_path, capsys):
    place = tmp_path / "in"
    hand_in(place, "ann<b>", ODD, "Wya @ a_next + by")
    hand_in(place, "bob", RENAMED, "Wya @ a_next + by")
    for number in range(8):
        hand_in(place, f"s{number}", USUAL, f"Wya @ a_next + by + {number} * 0")
    out = tmp_path / "similar.html"
    words = ["similar", str(place), "--out", str(out), "--least", "6"]
    assert main(words) == 0
    assert "1 pair of 10 submissions" in capsys.readouterr().out
    page = out.read_text(encoding="utf-8")
    assert page.count("<article>") == 1
    assert "bob" in page
    assert (
        "<mark>    a_next = np.sinh(pre) / np.cosh(pre)  # tanh by hand</mark>" in page
    )
    assert "np.sinh(summe)" in page
    assert "ann<b>" not in page
    assert out.stat().st_mode & 0o077 == 0
