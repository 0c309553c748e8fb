import dataclasses

import pytest
from tables import each_row

from unrolled.check.outcome import Lost, Raised, Returned


@each_row("one", [Returned(1), Raised("ValueError"), Lost("timeout", "late")])
def test_an_outcome_cannot_be_changed(one):
    name = dataclasses.fields(one)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(one, name, "other")


def test_what_is_not_known_is_empty():
    assert Returned(1).after is None
    assert Raised("ValueError") == Raised("ValueError", "", "", 0)
