from autograder.cli import main


def test_without_results_it_says_what_makes_them(tmp_path, capsys):
    assert main(["unexplained", str(tmp_path), "--out", str(tmp_path / "no")]) == 2
    assert "no results in" in capsys.readouterr().err
