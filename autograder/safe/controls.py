"""Characters that a terminal, a browser or a spreadsheet obeys instead of showing them."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CODES = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]


def control_characters(keep: str, more: str = "") -> re.Pattern[str]:
    """Give a pattern of one control character.

    Parameters
    ----------
    keep : str
        Those that stay, such as the end of a line.
    more : str
        Others that are to go too, as they stand between the brackets of a pattern.
    """
    codes = [re.escape(code) for code in _CODES if code not in keep]
    return re.compile(f"[{''.join(codes)}{more}]")
