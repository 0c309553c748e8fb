"""Make the SVG of a drawing smaller without a visible change: nothing but what is drawn, to a
hundredth of a point.
"""

import re

UNSEEN = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL
)
TOKEN = re.compile(r"[MLQCz]|-?[\d.]+(?:e-?\d+)?")
COORDINATES = {"M": 2, "L": 2, "Q": 4, "C": 6}
PLACE = re.compile(r'(?<=translate\()[^)]*|(?<= (?:x|y)=")[^"]*|(?<= (?:cx|cy)=")[^"]*')
LONG = re.compile(r"-?\d+\.\d{3,}")


def compact(svg):
    """Return an SVG as matplotlib writes it, a third shorter; one that is compact already as it
    is.
    """
    if not svg.startswith("<?xml"):
        return svg
    svg = UNSEEN.sub("", svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda found: outline(found[0]), svg)
    svg = PLACE.sub(
        lambda place: LONG.sub(
            lambda number: written(round(100 * float(number[0]))), place[0]
        ),
        svg,
    )
    svg = (
        re.sub(r"\s+", " ", svg)
        .replace("> <", "><")
        .replace("; ", ";")
        .replace(": ", ":")
        .strip()
    )
    used = set(re.findall(r"#([\w.-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", svg)
    return re.sub(r"<g>((?:<(?:path|use)\b[^>]*/>)+)</g>", r"\1", svg)


def outline(path):
    """Rewrite a path's absolute commands M, L, Q, C and z as steps from point to point.

    The points are rounded, not the steps: no error adds up.
    """
    tokens, out, here, start, before = TOKEN.findall(path), [], (0, 0), (0, 0), ""
    at = 0
    while at < len(tokens):
        command = tokens[at]
        if command == "z":
            out.append("z")
            at, here, before = at + 1, start, "z"
            continue
        count = COORDINATES[command]
        points = [
            round(100 * float(token)) for token in tokens[at + 1 : at + 1 + count]
        ]
        at += 1 + count
        steps = [value - here[k % 2] for k, value in enumerate(points)]
        letter = command.lower()
        if command == "L" and 0 in steps:
            letter, steps = ("h", steps[:1]) if steps[1] == 0 else ("v", steps[1:])
        body = joined(map(written, steps))
        out.append(joined(["", body]) if letter == before != "m" else letter + body)
        here, before = tuple(points[-2:]), letter
        start = here if command == "M" else start
    return "".join(out)


def joined(numbers):
    """Numbers after one another, apart by a space where no minus sign does it."""
    return "".join(
        number if k == 0 or number[:1] == "-" else f" {number}"
        for k, number in enumerate(numbers)
    )


def written(hundredths):
    """The shortest way to write a number of hundredths."""
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
