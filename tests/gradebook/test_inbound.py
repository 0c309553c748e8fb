from datetime import datetime, timedelta

from autograder.gradebook.inbound import BY_NAME, SLACK, ExchangedHandIn
from autograder.unit.settings import BY_SYSTEM


def test_the_name_counts_where_the_system_agrees_or_the_setting_says_so():
    changed = datetime(2026, 5, 1, 12)

    def time(claimed, by=BY_SYSTEM):
        return ExchangedHandIn("x", "ada", 0, claimed, changed).time(by, changed)

    assert time(changed - SLACK) == changed - SLACK
    assert time(changed - SLACK - timedelta(seconds=1)) == changed
    assert time(changed + timedelta(seconds=1)) == changed
    assert time(datetime(2020, 1, 1), BY_NAME) == datetime(2020, 1, 1)
