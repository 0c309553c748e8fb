"""The measurements of chapter 6: the command, what it writes, and that all ways compute
the same.
"""

import numpy as np
import pytest

from experiments import datafiles, layers
from experiments.network import Network

SMALL = {"n_x": 3, "n_a": 4, "batch": 2, "steps": 5}


def test_all_ways_have_the_same_gradients():
    found = layers.ways(*SMALL.values())
    (_, plain), (fused, dx), (fast, dx_fast) = (
        found[name]() for name in ("plain", "fused", "fast")
    )
    np.testing.assert_allclose(dx, plain["dx"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        np.moveaxis(dx_fast, 0, -1), plain["dx"], rtol=1e-4, atol=1e-5
    )
    wanted = np.vstack([plain[f"dW{gate}"][:, :4] for gate in "fioc"])
    for one in (fused, fast):
        np.testing.assert_allclose(one.gradients["dWh"], wanted, rtol=1e-4, atol=1e-5)


def test_references_compute_in_single_precision():
    found = layers.ways(*SMALL.values())
    caches, gradients = found["plain"]()
    fused, dx = found["fused"]()
    arrays = [*caches[0][-1][:-1], *gradients.values(), *fused.gradients.values(), dx]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_command_writes_the_data_files(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(layers, "SEEDS", (1,))
    monkeypatch.setattr(layers.memory, "__defaults__", ((3, 6), SMALL))
    monkeypatch.setattr(layers.times, "__defaults__", (60, SMALL))
    layers.main(["--out", str(tmp_path), "--rounds", "2", "--updates", "50"])
    rows, made = datafiles.read("speed", tmp_path)
    assert {"plain", "fused", "fast", "columns", "rows"} <= {row["way"] for row in rows}
    assert made["command"] == "python -m experiments.layers speed"
    assert "fast" in capsys.readouterr().out
    rows, _ = datafiles.read("memory", tmp_path)
    assert [(row["way"], row["steps"]) for row in rows if row["way"] == "fast"] == [
        ("fast", 3),
        ("fast", 6),
    ]
    rows, made = datafiles.read("starts", tmp_path)
    assert {row["start"] for row in rows} == set(layers.STARTS)
    assert (made["updates"], {row["update"] for row in rows}) == (50, {0, 50})


def test_command_refuses_what_it_does_not_know(capsys):
    with pytest.raises(SystemExit):
        layers.main(["size"])
    assert "choose from memory, speed, starts" in capsys.readouterr().err


def test_ratios_are_taken_within_a_round():
    rows = [("torch", 0, 1.0), ("fast", 0, 2.0), ("torch", 1, 10.0), ("fast", 1, 20.0)]
    milliseconds, ratio = layers.ratios(rows, "torch")["fast"]
    assert (milliseconds[1], list(ratio)) == (11, [2, 2, 2])


@pytest.mark.parametrize(
    ("start", "largest"), [("uniform", 0.5), ("small", 0.06), ("tiny", 1e-4)]
)
def test_starts_set_the_weights(start, largest):
    rng = np.random.default_rng(0)
    network = Network("lstm", 2, 4, 1, rng)
    layers.begin(start, network, rng)
    assert np.abs(network.weights["U"]).max() <= largest
    assert (network.weights["b"] == 0).all()
