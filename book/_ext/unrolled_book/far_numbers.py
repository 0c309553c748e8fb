"""Number what a chapter's further page shows as if it stood at the chapter's end.

`far2_rnn_backward` goes on where `ch2_rnn_backward` ends: after Fig. 2.6 comes Fig. 2.7, after
equation (2.14) equation (2.15). Sphinx would count from 1 through all the pages that have no
number. A figure on any other page without a number gets none: there is no chapter to name.
"""

import re

FAR = re.compile(r"(?P<folder>.*/)?far(?P<number>\d+)_(?P<stem>\w+)$")


def chapter_of(page):
    """Name of the chapter that a further page belongs to; None for any other page."""
    found = FAR.fullmatch(page)
    if not found:
        return None
    return f"{found['folder'] or ''}ch{found['number']}_{found['stem']}"


def renumber(numbers):
    """Change the numbers of figures and equations, in place.

    Parameters
    ----------
    numbers : dict
        Sphinx's `toc_fignumbers`: page, kind, id, and a tuple of numbers, (2, 6) for Fig. 2.6.

    Returns
    -------
    list
        Pages, by name, whose numbers are others now.
    """
    changed = []
    for page, kinds in numbers.items():
        for kind, own in kinds.items():
            if not any(len(number) == 1 for number in own.values()):
                continue
            before = numbers.get(chapter_of(page), {}).get(kind, {})
            last = max(before.values(), default=None)
            kinds[kind] = after(last, own)
            changed.append(page)
    return sorted(set(changed))


def after(last, own):
    """The numbers that follow `last`, in the order of the old ones; none after no number."""
    if last is None:
        return {}
    order = sorted(own, key=own.get)
    return {name: (*last[:-1], last[-1] + k) for k, name in enumerate(order, 1)}


def number_anew(app, env):
    """Mend the numbers once Sphinx has given them."""
    return renumber(env.toc_fignumbers)


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-updated", number_anew, priority=900)  # Sphinx counts at 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
