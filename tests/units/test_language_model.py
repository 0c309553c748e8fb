"""Unit 7 at work: its functions train the small model of the exercise, and a wrong gradient
shows in the result.
"""

import json

import numpy as np
import pytest
from notebooks import grader
from tables import each_row

from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

UNIT = load("ex7_language_model", Course.find(__file__))
TEXT = (
    "she sells sea shells by the sea shore the shells she sells are sea shells for sure "
    * 6
)
EPOCHS, BATCH, STEPS, MARGIN = 12, 4, 12, 3.0


def trained(module, text=TEXT):
    """Perplexity of the last of a few epochs, and the parameters."""
    tokens = module.encode(text)
    parameters = module.leaky.initial(len(module.VOCABULARY), 24, seed=1)
    with np.errstate(all="ignore"):
        for epoch in range(EPOCHS):
            state, losses = module.leaky.start(parameters, BATCH), []
            for X, Y in zip(
                *module.sequential_batches(tokens, BATCH, STEPS, epoch % STEPS),
                strict=True,
            ):
                parameters, loss, state = module.training_step(
                    parameters, state, X, Y, 0.5, 1.0
                )
                losses.append(loss)
        return float(np.exp(np.mean(losses))), parameters


def unigram(module, text=TEXT):
    """Perplexity of knowing how frequent each letter is."""
    tokens = module.encode(text)
    share = np.bincount(tokens) / len(tokens)
    return float(np.exp(-np.log(share[tokens]).mean()))


def test_a_few_epochs_beat_the_unigram_by_a_margin():
    perplexity, _ = trained(UNIT.reference)
    assert perplexity < unigram(UNIT.reference) / MARGIN


BROKEN = {
    "cross_entropy": (
        "gradient-sign", "one-hot-missing", "gradient-of-targets-only", "gradient-of-logits",
        "softmax-over-steps", "softmax-over-examples", "gradient-divided-by-all-entries",
    ),
    "training_step": ("uphill", "parameters-not-updated", "inputs-as-targets"),
    "sequential_batches": ("targets-shifted-back", "streams-interleaved"),
}  # fmt: skip
EDITS = [
    e
    for e in UNIT.edits
    if e.misconception.id in BROKEN.get(e.misconception.function, ())
]


@each_row(
    "edit", EDITS, ids=lambda e: f"{e.misconception.function}-{e.misconception.id}"
)
def test_a_broken_gradient_does_not_reach_the_margin(edit):
    wrong = variant(UNIT.assignment, edit, UNIT.course)
    _, parameters = trained(wrong)
    right = UNIT.reference  # what the parameters are worth is measured rightly
    X, Y = right.sequential_batches(right.encode(TEXT), BATCH, STEPS, 0)
    state, losses = right.leaky.start(parameters, BATCH), []
    with np.errstate(all="ignore"):
        for inputs, targets in zip(X, Y, strict=True):
            logits, state, _ = right.leaky.forward(inputs, state, parameters)
            losses.append(right.cross_entropy(logits, targets)[0])
    assert not np.exp(np.mean(losses)) < unigram(right) / MARGIN


def test_the_small_models_gradients_equal_central_differences():
    leaky, rng = UNIT.reference.leaky, np.random.default_rng(3)
    parameters = leaky.initial(5, 4, seed=2)
    tokens, state = rng.integers(5, size=(2, 6)), rng.normal(size=(4, 2))
    upstream = rng.normal(size=(5, 2, 6))
    gradients = leaky.backward(upstream, leaky.forward(tokens, state, parameters)[2])
    for name, value in parameters.items():
        for place in np.ndindex(value.shape):
            sides = []
            for step in (1e-6, -1e-6):
                value[place] += step
                sides.append(
                    np.sum(leaky.forward(tokens, state, parameters)[0] * upstream)
                )
                value[place] -= step
            assert gradients["d" + name][place] == pytest.approx(
                (sides[0] - sides[1]) / 2e-6, rel=1e-5, abs=1e-8
            )


def test_sequential_batches_go_on_where_the_one_before_has_ended():
    tokens = np.arange(100)
    X, Y = UNIT.reference.sequential_batches(tokens, 3, 5, 2)
    np.testing.assert_array_equal(Y, X + 1)
    np.testing.assert_array_equal(X[1:, :, 0], X[:-1, :, -1] + 1)
    assert X[0, 0, 0] == 2


def test_random_batches_hold_each_piece_at_most_once():
    X, Y = UNIT.reference.random_batches(np.arange(101), 3, 5, 4)
    np.testing.assert_array_equal(Y, X + 1)
    assert sorted(X[:, :, 0].ravel() // 5) == sorted(set(X[:, :, 0].ravel() // 5))
    assert X.shape == (6, 3, 5)


def test_cross_entropy_has_its_gradient():
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(4, 2, 3)), rng.integers(4, size=(2, 3))
    direction = rng.normal(size=logits.shape)
    up, down = (
        UNIT.reference.cross_entropy(logits + s * direction, targets)[0]
        for s in (1e-6, -1e-6)
    )
    found = np.sum(UNIT.reference.cross_entropy(logits, targets)[1] * direction)
    assert found == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_the_draw_is_that_of_choice():
    right, rng = UNIT.reference, np.random.default_rng(7)
    parameters = right.leaky.initial(6, 4, seed=3)
    prefix, temperature = np.array([1, 2]), 0.7
    state, tokens, drawn = right.leaky.start(parameters, 1), prefix[np.newaxis], []
    for _ in range(40):
        logits, state, _ = right.leaky.forward(tokens, state, parameters)
        drawn.append(rng.choice(6, p=right.softmax(logits[:, 0, -1] / temperature)))
        tokens = np.array([drawn[-1:]])
    np.testing.assert_array_equal(
        right.sample(parameters, prefix, 40, temperature, 7), drawn
    )


def test_a_step_in_place_loses_points_and_is_told(tmp_path):
    notebook = sample_notebook(UNIT)
    cell = next(c for c in notebook["cells"] if c["id"] == "training_step")
    line = (
        'new_parameters = {name: value - rate * clipped["d" + name] for name, '
        "value in parameters.items()}"
    )
    loop = 'for name in parameters:\n        parameters[name] -= rate * clipped["d" + name]\n'
    loop += "    new_parameters = parameters"
    cell["source"] = "".join(cell["source"]).replace(line, loop)
    assert loop in cell["source"]
    path = tmp_path / "ex7_language_model.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    result = grader(unit=UNIT).grade(path, "ada")
    (task,) = (t for t in result.tasks if t.task == "training_step")
    assert task.points < task.max_points
    assert "`parameters` is an argument, and the function changes it" in task.message
