"""Values as plain trees and raw bytes: nothing that is read here can execute anything.

A value becomes a tree of JSON and a list of arrays. The worker and the grader exchange them as
frames over pipes; the numbers beside a notebook are the same trees in an `.npz`. Standard
library and numpy only: the confined worker reads this file, from beside its own.

A frame is a head of 16 bytes (`HEAD`), a header of JSON and a body of bytes. The header holds
the message, the tree, and dtype and shape of each array; the body holds the arrays' entries.

In a tree None, truth values, whole numbers and texts stand for themselves. All else is a
dictionary of one entry, whose key says what it is: `f` a float (in hexadecimal, so that no bit
is lost), `l` a list, `t` a tuple, `d` a dictionary (as pairs, so that any text may be a key),
`a` the number of an array, `g` the number of one of the objects that the two sides have in
common, `o` the kind of a value that does not cross.
"""

import json
import struct

import numpy as np

DTYPES = frozenset("?bBhHiIlLqQefdFD")
MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_PARTS = 20 * MAX_NODES  # of a header's JSON
# Bytes that a value may need as one array; in a frame each array stands once, however often used.
MAX_WEIGHT = 2**29
MAX_AXES = 16
HEAD = struct.Struct("<4sIQ")  # magic, length of the JSON, length of the arrays' bytes
MAGIC = b"UNR1"
HEADER_LIMIT = 32 * 2**20
PIECE = 2**20  # of a JSON text, looked at in one go
_SPELLED = frozenset(np.dtype(char).newbyteorder("<").str for char in DTYPES)

ITSELF = "value that holds itself"
TOO_DEEP = "value nested too deep"
_TOO_MANY = "value with too many parts"
_UNKNOWN = "a node of an unknown kind"


class WireError(Exception):
    """Bytes that are no frame, or a value that cannot cross."""


class OpaqueValue:
    """Stands for a value that does not cross: only the name of its kind does."""

    def __init__(self, kind):
        # The name is a student's choice: short, and without signs that mean something anywhere.
        self.kind = "".join(c for c in str(kind)[:60] if c.isalnum() or c in "_. ")

    def __repr__(self):
        return f"<{self.kind}>"


def flatten(value, given=()):
    """Take a value apart.

    Parameters
    ----------
    value : object
        Arrays, numbers, texts, None, and lists, tuples and dictionaries of them. Anything else
        will be an `OpaqueValue` on the other side.
    given : sequence, optional
        Objects that the other side has too: they cross by their place in it, known by identity.

    Returns
    -------
    tree : object
        JSON that refers to the arrays by number.
    arrays : list of ndarray
        Each array once, however often it occurs.
    """
    flattening = _Flattening(given)
    return flattening.node(value, 0), flattening.arrays


class _Flattening:
    """A value on its way into a tree: the arrays found so far, and the guards against endless ones.

    An object, since functions that call each other from within one would keep what crossed
    until garbage is collected.
    """

    def __init__(self, given):
        self.arrays: list[np.ndarray] = []
        self.numbers: dict[int, int] = {}  # of the arrays, by identity
        # The arrays as they came: an identity may be used again once its object is gone.
        self.kept: list[np.ndarray] = []
        self.places = {id(item): place for place, item in enumerate(given)}
        # Identities of the containers around the present value.
        self.around: list[int] = []
        self.count = 0

    def node(self, value, depth):
        """Give the node that stands for a value."""
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            return {"o": TOO_DEEP}
        if id(value) in self.places:
            return {"g": self.places[id(value)]}
        kind = type(value)
        if value is None or kind is bool:
            return value
        if isinstance(value, str):  # numpy's own kind of text too
            return str.__str__(value)
        if kind is int:
            return value if abs(value) < 2**63 else {"o": "huge int"}
        if kind is float:
            return {"f": value.hex()}
        if isinstance(value, np.ndarray):
            return self.array(value)
        if isinstance(value, np.generic):
            return self.array(np.asarray(value))
        if isinstance(value, dict | tuple | list):
            return self.container(value, depth + 1)
        return {"o": kind.__name__}

    def container(self, value, depth):
        """Give the node of a container, unless it is inside itself or has too many parts."""
        if id(value) in self.around:
            return {"o": ITSELF}
        self.around.append(id(value))
        node = self.inside(value, depth)
        self.around.pop()
        return node if self.count <= MAX_NODES else {"o": _TOO_MANY}

    def inside(self, value, depth):
        """Give the node of a container, with those of what is inside."""
        if isinstance(value, dict):
            keys = [key for key in list(value) if isinstance(key, str)]
            return {"d": [[key, self.node(value[key], depth)] for key in keys]}
        tag = "t" if isinstance(value, tuple) else "l"
        return {tag: [self.node(item, depth) for item in value]}

    def array(self, value):
        """Give the node of an array; one that is there already is not taken again."""
        number = self.numbers.get(id(value))
        if number is not None:
            return {"a": number}
        # A copy without the student's subclass, whose methods may say anything.
        plain = np.array(value, subok=False, order="C", copy=True)
        if plain.dtype.char == "g":  # its length is the processor's choice
            plain = plain.astype(np.float64)
        if plain.dtype.char not in DTYPES:
            return {"o": "array of objects"}
        number = len(self.arrays)
        self.numbers[id(value)] = number
        self.kept.append(value)
        self.arrays.append(plain.astype(plain.dtype.newbyteorder("<"), copy=False))
        return {"a": number}


def rebuild(tree, arrays, given=()):
    """Put together what `flatten` took apart.

    Parameters
    ----------
    tree : object
        Its JSON, which may come from anywhere.
    arrays : sequence of ndarray
        Those that the tree refers to.
    given : sequence, optional
        This side's objects in place of those that `flatten` was given.

    Returns
    -------
    value : object
        As it was, with an `OpaqueValue` for whatever did not cross.

    Raises
    ------
    WireError
        If the tree is not one that `flatten` writes, or would not fit into memory once each
        array is copied wherever it occurs.
    """
    rebuilding = _Rebuilding(arrays, given)
    value = rebuilding.value(tree, 0)
    if rebuilding.weight() > MAX_WEIGHT:
        raise WireError("a value that is too large")
    return value


class _Rebuilding:
    """A tree on its way into a value, and how much room the value will take."""

    def __init__(self, arrays, given):
        self.arrays = arrays
        self.given = given
        self.count = 0  # of nodes
        self.longest = 0  # of texts, in characters
        self.bytes = 0  # of arrays, each as often as it occurs

    def weight(self):
        """Give the bytes that the value may need: numpy gives every text the longest one's room."""
        return self.bytes + 4 * self.longest * self.count

    def value(self, node, depth):
        """Give the value that a node stands for."""
        self.count += 1
        if depth > MAX_DEPTH + 1 or self.count > MAX_NODES:
            raise WireError("a tree that is too deep or too large")
        if isinstance(node, str):
            self.longest = max(self.longest, len(node))
        if node is None or isinstance(node, bool | int | str):
            return node
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError(_UNKNOWN)
        ((tag, content),) = node.items()
        if tag not in _READERS:
            raise WireError(_UNKNOWN)
        kind, read = _READERS[tag]
        if type(content) is not kind:  # nor is a truth value a number here
            raise WireError(_UNKNOWN)
        return read(self, content, depth + 1)

    def read_list(self, content, depth):
        """Read a list."""
        return [self.value(item, depth) for item in content]

    def read_tuple(self, content, depth):
        """Read a tuple."""
        return tuple(self.read_list(content, depth))

    def read_dictionary(self, content, depth):
        """Read a dictionary from its pairs."""
        return {key: self.value(item, depth) for key, item in map(_pair, content)}

    def read_float(self, content, depth):
        """Read a float."""
        try:
            return float.fromhex(content)
        except (ValueError, OverflowError):
            raise WireError("a number that is none") from None

    def read_opaque(self, content, depth):
        """Read what stands for a value that did not cross."""
        return OpaqueValue(content)

    def read_array(self, content, depth):
        """Read an array: the same object wherever it occurs."""
        array = _item_at(content, self.arrays)
        self.bytes += 8 * array.size
        return array

    def read_given(self, content, depth):
        """Read one of the objects that both sides have."""
        return _item_at(content, self.given)


_READERS = {  # of each tag: the exact type of its content, and what reads it
    "l": (list, _Rebuilding.read_list),
    "t": (list, _Rebuilding.read_tuple),
    "d": (list, _Rebuilding.read_dictionary),
    "f": (str, _Rebuilding.read_float),
    "o": (str, _Rebuilding.read_opaque),
    "a": (int, _Rebuilding.read_array),
    "g": (int, _Rebuilding.read_given),
}


def _pair(item):
    """Give an entry of a dictionary, if it is one."""
    if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)):
        raise WireError("a dictionary entry that is no pair")
    return item


def _item_at(place, items):
    """Give the item at a place that the other side named."""
    if not 0 <= place < len(items):
        raise WireError(_UNKNOWN)
    return items[place]


def pack(message, value=None, given=()):
    """Make one frame.

    Parameters
    ----------
    message : dict
        Plain JSON.
    value : object, optional
        As `flatten` takes it.
    given : sequence, optional
        Objects that the other side has too.

    Returns
    -------
    frame : bytes
    """
    tree, arrays = flatten(value, given)
    shapes = [[a.dtype.str, list(a.shape)] for a in arrays]
    header = json.dumps({"message": message, "tree": tree, "arrays": shapes}).encode()
    body = b"".join(a.tobytes() for a in arrays)
    return HEAD.pack(MAGIC, len(header), len(body)) + header + body


def frame_sizes(head, limit):
    """Give the lengths of header and body that a frame's first 16 bytes announce.

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
    """Read message and value of a frame.

    Every size is checked against the bytes before anything is allocated.

    Parameters
    ----------
    header, body : bytes
        As long as `frame_sizes` said.
    given : sequence, optional
        Objects that the other side has too.

    Returns
    -------
    message : dict
    value : object

    Raises
    ------
    WireError
        If the frame is malformed in any way.
    """
    # A few bytes of JSON become an object of hundreds: they are counted before they are read.
    if _most_parts(header) > MAX_PARTS and count_parts(header) > MAX_PARTS:
        raise WireError("a header of too many parts")
    try:
        data = json.loads(header)
        message, tree, shapes = data["message"], data["tree"], data["arrays"]
        if not isinstance(message, dict):
            raise WireError("a header of an unknown form")
        # Arrays come before the tree, which may refer to any of them, and as often as it likes.
        arrays = _cut_arrays(shapes, body)
        return message, rebuild(tree, arrays, given)
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise WireError(f"a malformed frame ({type(error).__name__})") from None


def _most_parts(text):
    """Give what `count_parts` counts, texts included: quickly counted, and never less."""
    return text.count(b",") + 5 * (text.count(b"[") + text.count(b"{"))


def count_parts(text):
    """Count how much reading a JSON text has to make: values, a list or object counting as five.

    Of what is no JSON, the count means nothing.

    Parameters
    ----------
    text : str or bytes
        Looked at piece by piece, what stands inside its texts left out.
    """
    count, inside, start = 0, False, 0
    while start < len(text):
        piece = text[start : start + PIECE]
        if _is_cut_off(piece):
            piece = text[start : start + PIECE + 1]
        start += len(piece)
        plain = piece if isinstance(piece, bytes) else piece.encode("ascii", "replace")
        # Without escaped quotes, those that are left begin and end texts in turn.
        between = plain.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        count += _most_parts(b"".join(between[inside::2]))
        inside ^= len(between) % 2 == 0
    return count


def _is_cut_off(piece):
    """Say whether a piece of JSON ends between a backslash and what it stands before."""
    backslash = b"\\" if isinstance(piece, bytes) else "\\"
    return (len(piece) - len(piece.rstrip(backslash))) % 2 == 1


def _cut_arrays(shapes, body):
    """Cut the body into the arrays that the header announces, without a byte left over."""
    if not isinstance(shapes, list) or len(shapes) > MAX_NODES:
        raise WireError("a header of an unknown form")
    arrays, place = [], 0
    for text, shape in shapes:
        array, place = _cut_array(text, shape, body, place)
        arrays.append(array)
    if place != len(body):
        raise WireError("bytes left over behind the arrays")
    return arrays


def _cut_array(text, shape, body, place):
    """Copy one array out of the body, and say where the next one begins.

    `text` and `shape` are what the header says, which may be anything.
    """
    if not isinstance(shape, list) or len(shape) > MAX_AXES:
        raise WireError("an array of an unknown form")
    if not isinstance(text, str) or text not in _SPELLED:
        raise WireError("an array of an unknown dtype")
    dtype = np.dtype(text)
    count = _count_entries(shape)
    end = place + count * dtype.itemsize
    if end > len(body):
        raise WireError("an array with more entries than bytes")
    if not count:
        return _empty_array(shape, dtype), place
    return np.frombuffer(body, dtype, count, place).reshape(shape).copy(), end


def _count_entries(shape):
    """Multiply the lengths of axes, each of which may be anything."""
    count = 1
    for n in shape:
        if type(n) is not int or not 0 <= n < 2**40:
            raise WireError("an array with an impossible shape")
        count *= n
    return count


def _empty_array(shape, dtype):
    """Make an array without entries; numpy refuses shapes such as (0, 2**40, 2**40)."""
    return np.zeros([n if n <= 2**16 else 1 for n in shape], dtype)
