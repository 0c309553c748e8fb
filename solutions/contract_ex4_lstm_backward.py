"""What the functions of unit 4 take and give (SPEC: names, shapes, caches, gradients)."""

from pathlib import Path

from autograder.unit.course import Course
from autograder.unit.source import reference
from autograder.unit.unit import load_module
from unrolled.contract import Function, ProducedBy, array, dict_of

HERE = Path(__file__).resolve().parent
forward = load_module(HERE / "contract_ex3_lstm_forward.py")
right = reference("ex3_lstm_forward", Course(HERE.parent, HERE))
MAKERS = {
    f.name: (getattr(right, f.name), f) for f in forward.FUNCTIONS
}  # they make the caches

parameter_gradients = tuple(
    spec
    for gate in "fico"
    for spec in (array(f"dW{gate}", "n_a", "n_a + n_x"), array(f"db{gate}", "n_a", "1"))
)

FUNCTIONS = (
    Function(
        name="lstm_cell_backward",
        arguments=(
            array("da_next", "n_a", "m"),
            array("dc_next", "n_a", "m"),
            ProducedBy(forward.cell_cache, by="lstm_cell_forward", index=3),
        ),
        returns=dict_of(
            "gradients",
            array("dxt", "n_x", "m"),
            array("da_prev", "n_a", "m"),
            array("dc_prev", "n_a", "m"),
            *parameter_gradients,
        ),
        section="ch4_lstm_backward#ch4-one-step",
        gradient_of="lstm_cell_forward",
        upstream=(("da_next", 0), ("dc_next", 1)),
    ),
    Function(
        name="lstm_backward",
        arguments=(
            array("da", "n_a", "m", "T"),
            ProducedBy(forward.caches, by="lstm_forward", index=3),
        ),
        returns=dict_of(
            "gradients",
            array("dx", "n_x", "m", "T"),
            array("da0", "n_a", "m"),
            *parameter_gradients,
        ),
        section="ch4_lstm_backward#ch4-sequence",
        companions=("lstm_cell_backward",),
        gradient_of="lstm_forward",
        upstream=(("da", 0),),
    ),
)

# The notebook's example: small, all sizes different. In the second visible case `da` holds
# fewer steps than `x`: one.
EXAMPLE = {"n_x": 3, "n_a": 5, "n_y": 2, "m": 4, "T_x": 6, "T": 6}
SECOND = {"n_x": 4, "n_a": 2, "n_y": 3, "m": 1, "T_x": 3, "T": 1}

EQUATIONS = {  # of the book, for what the reference computes on its way
    "lstm_cell_backward": {
        "dc": "eq-ch4-dc",
        "dzo": "eq-ch4-dz",
        "dzf": "eq-ch4-dz",
        "dzi": "eq-ch4-dz",
        "dzc": "eq-ch4-dz",
        "dWf": "eq-ch4-parameters",
        "dbf": "eq-ch4-parameters",
        "dWi": "eq-ch4-parameters",
        "dbi": "eq-ch4-parameters",
        "dWc": "eq-ch4-parameters",
        "dbc": "eq-ch4-parameters",
        "dWo": "eq-ch4-parameters",
        "dbo": "eq-ch4-parameters",
        "dconcat": "eq-ch4-dv",
        "da_prev": "eq-ch4-split",
        "dxt": "eq-ch4-split",
        "dc_prev": "eq-ch4-products",
    },
    "lstm_backward": {
        "da_carry": "eq-ch4-carries",
        "dc_carry": "eq-ch4-carries",
        "dWf": "eq-ch4-total",
        "dbf": "eq-ch4-total",
        "dWi": "eq-ch4-total",
        "dbi": "eq-ch4-total",
        "dWc": "eq-ch4-total",
        "dbc": "eq-ch4-total",
        "dWo": "eq-ch4-total",
        "dbo": "eq-ch4-total",
    },
}
