"""What the function of unit 9 takes and gives."""

from unrolled.contract import Function, array, tuple_of

FUNCTIONS = (
    Function(
        name="peak_step",
        arguments=(
            array("x", "n", "m"),
            array("p_prev", "n", "m"),
            array("d", "n", "1"),
        ),
        returns=tuple_of("", array("p_next", "n", "m")),
        section="ch9_peak_meter#ch9-one-step",
    ),
)

# The notebook's example: small, all sizes different. The second visible case catches what one
# size cannot.
EXAMPLE = {"n": 3, "m": 4}
SECOND = {"n": 2, "m": 1}
