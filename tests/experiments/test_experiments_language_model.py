"""The long runs of chapter 7: the text, the models, training that goes on after a kill, and the
committed files.
"""

import dataclasses
import functools
import hashlib
import http.server
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pooch
import pytest
from book_fixtures import ROOT
from sweeps import few

from autograder.unit.source import reference
from experiments import datafiles, text
from experiments.cells import CELLS
from experiments.characters import MAKERS, Scratch, batches, continued, perplexity
from experiments.language_model import Run, Settings, Trained
from experiments.windows import Counted

SMALL = Settings(
    characters=3000,
    held_out=1000,
    batch=8,
    steps=15,
    n_a=24,
    rate=1.0,
    epochs=8,
    every=2,
)
without_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed"
)


@pytest.fixture
def no_copy(monkeypatch, tmp_path):
    """No local copy, nothing fetched before, and no network."""
    monkeypatch.delenv(text.LOCAL, raising=False)
    monkeypatch.setattr(text, "URL", "http://127.0.0.1:9/timemachine.txt")
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path)


@pytest.fixture
def server(tmp_path):
    """Serves a folder at this machine."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{running.server_port}/timemachine.txt"
        running.shutdown()


NOVEL = (
    b"The Time Machine, by H. G. Wells\n\n  The Time Traveller (for so\r\nit will be)\n"
)


def test_cleaned_as_the_set_up_says():
    assert (
        text.cleaned(NOVEL.decode())
        == "the time machine by h g wellsthe time traveller for soit will be"
    )


def test_the_vocabulary_has_28_tokens_and_one_for_the_unknown():
    assert len(set(text.VOCABULARY)) == 28
    assert text.decode(text.encode("to be, or")) == "to be? or"


def test_a_local_copy_serves_by_its_hash(monkeypatch, tmp_path):
    path = tmp_path / "copy.txt"
    path.write_bytes(NOVEL)
    monkeypatch.setenv(text.LOCAL, str(path))
    monkeypatch.setattr(text, "SHA256", hashlib.sha256(NOVEL).hexdigest())
    said = []
    assert text.load(said.append).clean.startswith("the time machine by")
    assert said == []


def test_the_text_is_fetched_once_by_its_hash(no_copy, server, monkeypatch):
    folder, url = server
    (folder / "timemachine.txt").write_bytes(NOVEL)
    monkeypatch.setattr(text, "URL", url)
    monkeypatch.setattr(text, "SHA256", hashlib.sha256(NOVEL).hexdigest())
    said = []
    first = text.load(said.append)
    (folder / "timemachine.txt").unlink()
    assert text.load(said.append) == first
    assert first.described()["text"] == "The Time Machine"
    assert said == []


def test_a_wrong_hash_is_told_and_the_book_is_read_instead(
    no_copy, server, monkeypatch
):
    folder, url = server
    (folder / "timemachine.txt").write_bytes(b"another text")
    monkeypatch.setattr(text, "URL", url)
    said = []
    assert text.load(said.append) == text.embedded()
    assert "hash" in said[0]
    assert "this book's own chapters instead" in said[1]


def test_no_network_is_told_and_the_book_is_read_instead(no_copy):
    said = []
    assert text.load(said.append) == text.embedded()
    assert said[0].startswith("The Time Machine is not to be had: ")
    assert text.LOCAL in said[1]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"other", "has the SHA-256"), (None, "No such file")]
)
def test_a_local_copy_that_is_another_or_none_is_told(
    monkeypatch, tmp_path, content, reason
):
    path = tmp_path / "copy.txt"
    if content:
        path.write_bytes(content)
    monkeypatch.setenv(text.LOCAL, str(path))
    said = []
    assert text.load(said.append).name == "the chapters of Unrolled"
    assert reason in said[0]


def test_the_books_chapters_are_prose_without_code():
    clean = text.embedded().clean
    assert len(clean) > 30_000
    assert set(clean) <= set(text.VOCABULARY)
    assert "you are at a crossing" in clean
    assert "import numpy" not in clean


def test_batches_are_those_of_the_exercise():
    tokens = np.random.default_rng(0).integers(28, size=503)
    for offset in (0, 3, 6):
        wanted = reference("ex7_language_model").sequential_batches(
            tokens, 4, 7, offset
        )
        for one, other in zip(batches(tokens, 4, 7, offset), wanted, strict=True):
            np.testing.assert_array_equal(one.swapaxes(1, 2), other)


@pytest.mark.parametrize(
    "maker", [pytest.param("torch", marks=without_torch), "scratch"]
)
@pytest.mark.parametrize("cell", CELLS)
def test_a_state_goes_on_where_it_has_ended(maker, cell):
    model = MAKERS[maker](cell, 28, 6, 1)
    X = np.random.default_rng(0).integers(28, size=(9, 3))
    whole, _ = model.read(X)
    first, state = model.read(X[:4])
    second, _ = model.read(X[4:], state)
    np.testing.assert_allclose(
        np.concatenate([first, second]), whole, rtol=1e-5, atol=1e-6
    )


@without_torch
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_training_step_is_the_frameworks(cell):
    ours, theirs = Scratch(cell, 28, 6, 1), MAKERS["torch"](cell, 28, 6, 1)
    theirs.model["cell"].bias_hh_l0.requires_grad_(
        False
    )  # one bias is enough, two would be clipped together
    order = {"rnn": [0], "lstm": [1, 0, 3, 2]}[
        cell
    ]  # PyTorch has input, forget, candidate, output
    w, t = ours.weights(), theirs.weights()
    blocks = {
        "U": "cell.weight_hh_l0",
        "W": "cell.weight_ih_l0",
        "b": "cell.bias_ih_l0",
    }

    def shown(mine):
        return mine.reshape(-1, 6, *mine.shape[1:])[order].reshape(mine.shape)

    for name, other in blocks.items():
        t[other][...] = shown(w[name]).reshape(t[other].shape)
    t["cell.bias_hh_l0"][...], t["readout.weight"][...], t["readout.bias"][...] = (
        0,
        w["V"],
        w["d"][:, 0],
    )
    X, Y = np.random.default_rng(0).integers(28, size=(2, 5, 3))
    state = None
    for _ in range(3):
        one, _ = ours.train(X, Y, None, 0.5, 0.1)
        two, state = theirs.train(X, Y, None, 0.5, 0.1)
        assert one == pytest.approx(two, rel=1e-5)
    assert len(state) == {"rnn": 1, "lstm": 2}[cell]
    np.testing.assert_allclose(
        shown(ours.weights()["U"]),
        theirs.weights()["cell.weight_hh_l0"],
        rtol=1e-4,
        atol=1e-6,
    )


def test_an_untrained_model_doubts_among_all_tokens():
    tokens = text.encode("the cell hands its state to itself " * 20)
    assert perplexity(Scratch("gru", 28, 5, 1), tokens, 4, 10) == pytest.approx(
        28, rel=1e-2
    )


def test_counting_knows_what_it_has_seen():
    tokens = text.encode("abcabcabc" * 20).tolist()
    none, one = (Counted(length, tokens, 28) for length in (0, 1))
    assert none.perplexity(tokens) == pytest.approx(3, rel=0.02)
    assert one.perplexity(tokens) == pytest.approx(1, rel=0.02)
    assert sum(one.probability((1,), token) for token in range(28)) == pytest.approx(1)
    assert one.probability((9,), 1) == pytest.approx(1 / 28)
    assert text.decode(one.continued([1, 2], 4, 0)) == "cabc"


def test_writing_on_is_the_same_for_the_same_seed():
    model = Scratch("lstm", 28, 5, 1)
    first, again, other = (
        continued(model, text.encode("a"), 30, 1.0, seed) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(set(continued(model, text.encode("a"), 30, 0))) < len(set(first))


@pytest.fixture
def source(monkeypatch):
    """A short text that can be learned."""
    raw = (
        "the cell reads a letter adds it to what it remembers and says which letter comes next "
        * 60
    )
    return text.Text(
        "a test", hashlib.sha256(raw.encode()).hexdigest(), text.cleaned(raw)
    )


def unigram(tokens):
    share = np.bincount(tokens) / len(tokens)
    return float(np.exp(-np.log(share[tokens]).mean()))


FEW = dataclasses.replace(SMALL, epochs=40, every=40)


@pytest.mark.parametrize("cell", few(CELLS, lambda cell: cell == "gru"))
def test_a_few_epochs_beat_the_unigram_by_a_margin(cell, source, tmp_path):
    trained = Trained(Run("scratch", cell, 1), FEW, source, tmp_path)
    trained.train()
    assert trained.perplexity < unigram(trained.tokens) / 2


def no_carry(cell, monkeypatch):
    whole = CELLS[cell].backward
    monkeypatch.setattr(
        CELLS[cell],
        "backward",
        staticmethod(lambda da, U, tape: [0 * g for g in whole(da, U, tape)]),
    )


def wrong_sign(cell, monkeypatch):
    whole = CELLS[cell].backward
    monkeypatch.setattr(
        CELLS[cell],
        "backward",
        staticmethod(lambda da, U, tape: [-g for g in whole(da, U, tape)]),
    )


@pytest.mark.parametrize(
    "broken", few([no_carry, wrong_sign], lambda broken: broken is no_carry)
)
def test_a_broken_gradient_does_not_reach_the_margin(
    broken, source, tmp_path, monkeypatch
):
    broken("rnn", monkeypatch)
    trained = Trained(Run("scratch", "rnn", 1), FEW, source, tmp_path)
    with np.errstate(all="ignore"):
        trained.train()
    assert not trained.perplexity < unigram(trained.tokens) / 2


@pytest.mark.parametrize(
    "maker", [pytest.param("torch", marks=without_torch), "scratch"]
)
def test_a_run_goes_on_bit_for_bit(maker, source, tmp_path):
    run = Run(maker, "lstm", 2)
    whole = Trained(run, SMALL, source, tmp_path / "whole")
    whole.train()

    class StopError(Exception):
        pass

    def stop(trained):
        if trained.epoch == 5:
            raise StopError

    with pytest.raises(StopError):
        Trained(run, SMALL, source, tmp_path / "parts").train(stop)
    again = Trained(run, SMALL, source, tmp_path / "parts")
    assert again.epoch == 4
    again.train()
    assert again.curve == whole.curve
    for name, w in whole.model.weights().items():
        np.testing.assert_array_equal(again.model.weights()[name], w)


def test_a_checkpoint_of_another_set_up_is_not_used(source, tmp_path):
    run = Run("scratch", "rnn", 1)
    Trained(run, SMALL, source, tmp_path).train()
    assert Trained(run, SMALL, source, tmp_path).epoch == SMALL.epochs
    assert (
        Trained(run, dataclasses.replace(SMALL, rate=0.5), source, tmp_path).epoch == 0
    )
    assert (
        Trained(run, SMALL, dataclasses.replace(source, sha256="other"), tmp_path).epoch
        == 0
    )


ARGUMENTS = ["--makers", "scratch", "--cells", "gru", "--seeds", "1",
             "--characters", "6000", "--held-out", "2000", "--n-a", "16",
             "--epochs", "30", "--every", "1"]  # fmt: skip


def command(folder):
    """The command on the book's own text, with its checkpoints and data files in a folder."""
    parts = [sys.executable, "-m", "experiments.language_model", *ARGUMENTS]
    environment = {**os.environ, text.LOCAL: str(folder / "none.txt")}
    options = {
        "cwd": ROOT,
        "env": environment,
        "text": True,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
    }
    return [
        *parts,
        "--out",
        str(folder),
        "--checkpoints",
        str(folder / "kept"),
    ], options


def test_the_command_goes_on_after_a_kill_to_the_same_curve(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    line, options = command(whole)
    done = subprocess.run(line, check=True, timeout=120, **options)
    assert "The Time Machine is not to be had" in done.stdout
    assert "text: the chapters of Unrolled" in done.stdout
    assert "tokens/s" in done.stdout
    assert "left" in done.stdout
    line, options = command(parts)
    with subprocess.Popen(line, **options) as killed:
        deadline = time.monotonic() + 60
        while (
            not (parts / "kept" / "scratch-gru-1.npz").is_file()
            and time.monotonic() < deadline
        ):
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    assert not list(parts.glob("*.csv"))
    again = subprocess.run(line, check=True, timeout=120, **options)
    assert "goes on from epoch" in again.stdout
    for name in ("training", "samples"):
        file = f"ch7_{name}.csv"
        assert (parts / file).read_bytes() == (whole / file).read_bytes()


def test_the_command_says_what_it_lacks():
    line = [
        sys.executable,
        "-m",
        "experiments.language_model",
        "--characters",
        "9000000",
    ]
    done = subprocess.run(
        line,
        cwd=ROOT,
        env={**os.environ, text.LOCAL: "none.txt"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "lower --characters" in done.stderr


def test_committed_runs_are_whole():
    rows, made = datafiles.read("summary")
    kinds = {(row["maker"], row["cell"]) for row in rows}
    assert kinds == {(maker, cell) for maker in MAKERS for cell in CELLS}
    assert len(rows) == len(kinds) * len(made["seeds"])
    assert {row["epochs"] for row in rows} == {Settings.epochs}
    assert {
        name: made[name] for name in dataclasses.asdict(Settings())
    } == dataclasses.asdict(Settings())
    assert made["text_sha256"] == text.SHA256
    assert len(made["seeds"]) >= 3


def test_committed_perplexities_are_the_published_ones_or_better():
    rows, _ = datafiles.read("summary")
    for maker, bound in (("scratch", 1.3), ("torch", 1.1)):
        assert all(
            row["perplexity"] <= bound
            for row in rows
            if (row["maker"], row["cell"]) == (maker, "lstm")
        )
    assert all(row["held_out"] > 5 * row["perplexity"] for row in rows)
    assert all(row["tokens_per_second"] > 0 for row in rows)
