from one_loop import CONTRACT, KNOWN, RIGHT, where

from unrolled.check.landmark_store import landmarks_from_data, landmarks_to_data
from unrolled.check.locate import function_from_data, function_to_data


def test_other_names_and_another_way_are_followed():
    text = RIGHT.replace(
        "        dz = total * (1 - np.tanh(x[:, :, t]) ** 2)\n",
        "        s = np.cosh(x[:, :, t])\n        dz = total / (s * s)\n",
    )
    assert where(text) is None  # it is right
    found = where(text.replace("dz @ x[:, :, t].T", "2 * dz @ x[:, :, t].T"))
    assert found.line == 13
    own = [one.number for one in found.marks if one.mark == "own"]
    assert own == [10]


def test_a_right_function_is_not_marked():
    assert where(RIGHT) is None


def test_landmarks_and_contract_travel_as_plain_data():
    data, arrays = landmarks_to_data(KNOWN)
    again = landmarks_from_data(data, arrays)
    assert [one.name for one in again.marks] == [one.name for one in KNOWN.marks]
    assert function_from_data(function_to_data(CONTRACT)).returns == CONTRACT.returns
