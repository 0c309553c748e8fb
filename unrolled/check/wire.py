"""Values as plain trees and raw bytes: nothing that is read here can execute anything.

A value becomes a tree of JSON and a list of arrays. The worker and the grader exchange them as
frames over pipes; the numbers beside a notebook are the same trees in an `.npz`. Standard
library and numpy only: this file is one of the two that the confined worker sees.
"""

import json
import struct

import numpy as np

DTYPES = frozenset("?bBhHiIlLqQefdFD")
MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_PARTS = 20 * MAX_NODES  # of a header's JSON
MAX_WEIGHT = (
    2**29
)  # bytes that a value may need as one array; in a frame each array stands once, however often used
HEAD = struct.Struct("<4sIQ")  # magic, length of the JSON, length of the arrays' bytes
MAGIC = b"UNR1"
HEADER_LIMIT = 32 * 2**20
_SPELLED = frozenset(np.dtype(char).newbyteorder("<").str for char in DTYPES)


ITSELF = "value that holds itself"


class WireError(Exception):
    """Bytes that are no frame, or a value that cannot cross."""


class Opaque:
    """Stands for a value that does not cross: only the name of its kind does."""

    def __init__(self, kind):
        self.kind = "".join(c for c in str(kind)[:60] if c.isalnum() or c in "_. ")

    def __repr__(self):
        return f"<{self.kind}>"


class Given:
    """Stands for the caller's own argument number `index`, in what a served companion returns."""

    def __init__(self, index):
        self.index = index


def flatten(value, given=()):
    """Take a value apart.

    Parameters
    ----------
    value : object
        Arrays, numbers, texts, None, and lists, tuples and dictionaries of them. Anything else
        becomes `Opaque`.
    given : sequence, optional
        Objects that are to cross as `Given`, by identity.

    Returns
    -------
    tree : object
        JSON that refers to the arrays by number.
    arrays : list of ndarray
        Each array once, however often it occurs.
    """
    arrays, known, count, path = [], {}, [0], []
    places = {id(item): i for i, item in enumerate(given)}

    def walk(item, depth):
        count[0] += 1
        if depth > MAX_DEPTH or count[0] > MAX_NODES:
            return {"o": "value nested too deep"}
        if id(item) in places:
            return {"g": places[id(item)]}
        kind = type(item)
        if item is None or kind is bool:
            return item
        if isinstance(item, str):  # numpy's own kind of text too
            return str.__str__(item)
        if kind is int:
            return item if abs(item) < 2**63 else {"o": "huge int"}
        if kind is float:
            return {"f": item.hex()}
        if isinstance(item, np.ndarray):
            return whole(item)
        if isinstance(item, np.generic):
            return whole(np.asarray(item))
        if isinstance(item, dict | tuple | list):
            if id(item) in path:
                return {"o": ITSELF}
            path.append(id(item))
            node = inside(item, depth + 1)
            path.pop()
            return node if count[0] <= MAX_NODES else {"o": "value with too many parts"}
        return {"o": kind.__name__}

    def inside(item, depth):
        if isinstance(item, dict):
            return {
                "d": [
                    [key, walk(item[key], depth)]
                    for key in list(item)
                    if isinstance(key, str)
                ]
            }
        return {
            "t" if isinstance(item, tuple) else "l": [walk(one, depth) for one in item]
        }

    def whole(item):
        if id(item) not in known:
            plain = np.array(item, subok=False, order="C", copy=True)
            if plain.dtype.char == "g":
                plain = plain.astype(np.float64)
            if plain.dtype.char not in DTYPES:
                return {"o": "array of objects"}
            known[id(item)] = (
                len(arrays),
                item,
            )  # the reference keeps the id from being used again
            arrays.append(plain.astype(plain.dtype.newbyteorder("<"), copy=False))
        return {"a": known[id(item)][0]}

    tree, found = walk(value, 0), arrays
    arrays = known = (
        # `walk` refers to itself: what it refers to besides would stay until garbage is
        # collected
        None
    )
    return tree, found


def rebuild(tree, arrays, given=()):
    """Put together what `flatten` took apart.

    Raises
    ------
    WireError
        If the tree is not one that `flatten` writes, or would not fit into memory once each
        array is copied wherever it occurs.
    """
    count, longest, weight = [0], [0], [0]

    def walk(node, depth):
        count[0] += 1
        if depth > MAX_DEPTH + 1 or count[0] > MAX_NODES:
            raise WireError("a tree that is too deep or too large")
        if isinstance(node, str):
            longest[0] = max(longest[0], len(node))
        if node is None or isinstance(node, bool | int | str):
            return node
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError("a node of an unknown kind")
        ((tag, content),) = node.items()
        if tag in ("l", "t") and isinstance(content, list):
            items = [walk(item, depth + 1) for item in content]
            return items if tag == "l" else tuple(items)
        if tag == "d" and isinstance(content, list):
            return {key: walk(item, depth + 1) for key, item in map(pair, content)}
        if tag == "f" and isinstance(content, str):
            return number(content)
        if tag == "o" and isinstance(content, str):
            return Opaque(content)
        if tag == "a" and type(content) is int and 0 <= content < len(arrays):
            weight[0] += 8 * arrays[content].size
            return arrays[content]
        if tag == "g" and type(content) is int and 0 <= content < len(given):
            return given[content]
        raise WireError("a node of an unknown kind")

    def pair(item):
        if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)):
            raise WireError("a dictionary entry that is no pair")
        return item

    def number(text):
        try:
            return float.fromhex(text)
        except (ValueError, OverflowError):
            raise WireError("a number that is none") from None

    value = walk(tree, 0)
    if (
        weight[0] + 4 * longest[0] * count[0] > MAX_WEIGHT
    ):  # numpy gives every text the longest one's room
        raise WireError("a value that is too large")
    arrays = given = ()  # as in `flatten`
    return value


def pack(message, value=None, given=()):
    """One frame: a message (plain JSON) and a value."""
    tree, arrays = flatten(value, given)
    shapes = [[a.dtype.str, list(a.shape)] for a in arrays]
    header = json.dumps({"message": message, "tree": tree, "arrays": shapes}).encode()
    body = b"".join(a.tobytes() for a in arrays)
    return HEAD.pack(MAGIC, len(header), len(body)) + header + body


def sizes(head, limit):
    """Lengths of header and body that a frame's first 16 bytes announce.

    Raises
    ------
    WireError
        If they are no frame's, or announce more than `limit` bytes.
    """
    magic, header, body = HEAD.unpack(head)
    if magic != MAGIC:
        raise WireError("bytes that are no frame")
    if header > HEADER_LIMIT or header + body > limit:
        raise WireError(f"a frame of more than the {limit} bytes allowed")
    return header, body


def unpack(header, body, given=()):
    """Message and value of a frame. Every size is checked against the bytes before anything is
    allocated.

    Raises
    ------
    WireError
        If the frame is malformed in any way.
    """
    most = header.count(b",") + 5 * (
        header.count(b"[") + header.count(b"{")
    )  # texts included: quickly counted
    if most > MAX_PARTS and parts(header) > MAX_PARTS:
        raise WireError("a header of too many parts")
    try:
        data = json.loads(header)
        message, tree, shapes = data["message"], data["tree"], data["arrays"]
        if (
            not isinstance(message, dict)
            or not isinstance(shapes, list)
            or len(shapes) > MAX_NODES
        ):
            raise WireError("a header of an unknown form")
        arrays, place = [], 0
        for entry in shapes:
            one, place = _array(entry, body, place)
            arrays.append(one)
        if place != len(body):
            raise WireError("bytes left over behind the arrays")
        return message, rebuild(tree, arrays, given)
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise WireError(f"a malformed frame ({type(error).__name__})") from None


def parts(text):
    """How much reading a JSON text has to make, as far as it is JSON: values, a list or object
    counting as five.

    Parameters
    ----------
    text : str or bytes
        Looked at piece by piece, what stands inside its texts left out.
    """
    count, inside, start = 0, False, 0
    while start < len(text):
        piece = text[start : start + 2**20]
        if _cut_off(piece):
            piece = text[start : start + 2**20 + 1]
        start += len(piece)
        plain = piece if isinstance(piece, bytes) else piece.encode("ascii", "replace")
        between = plain.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b"".join(between[inside::2])
        count += outside.count(b",") + 5 * (outside.count(b"[") + outside.count(b"{"))
        inside ^= len(between) % 2 == 0
    return count


def _cut_off(piece):
    """Whether a piece of JSON ends between a backslash and what it stands before."""
    backslash = b"\\" if isinstance(piece, bytes) else "\\"
    return (len(piece) - len(piece.rstrip(backslash))) % 2 == 1


def _array(entry, body, place):
    text, shape = entry
    if not isinstance(shape, list) or len(shape) > 16:
        raise WireError("an array of an unknown form")
    if not isinstance(text, str) or text not in _SPELLED:
        raise WireError("an array of an unknown dtype")
    dtype = np.dtype(text)
    count = 1
    for n in shape:
        if type(n) is not int or not 0 <= n < 2**40:
            raise WireError("an array with an impossible shape")
        count *= n
    end = place + count * dtype.itemsize
    if end > len(body):
        raise WireError("an array with more entries than bytes")
    if not count:  # numpy refuses shapes such as (0, 2**40, 2**40)
        return np.zeros(
            [min(n, 1) if 0 in shape and n > 2**16 else n for n in shape], dtype
        ), place
    return np.frombuffer(body, dtype, count, place).reshape(shape).copy(), end
