"""What names of a notebook hold, as plain data; run in a real kernel and on ours alike."""

BEFORE = {
    "check",
    "display",
    "exit",
    "quit",
    "open",
    "get_ipython",
    "In",
    "Out",
    "asyncio",
    "contextlib",
}


def described(value):
    """A value in words: a plain one as it is, a function by what it returns, else the type."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if isinstance(value, list | tuple):
        return (
            repr(list(value))
            if all(isinstance(v, int) for v in value)
            else type(value).__name__
        )
    if type(value).__name__ == "function":
        try:
            result = value(1)
        except Exception as error:
            return f"raises {type(error).__name__}"
        if hasattr(result, "close"):  # a coroutine or an asynchronous generator
            getattr(result, "close", lambda: None)()
            return "another function"
        return (
            f"returns {result!r}"
            if result is None or isinstance(result, int | str)
            else "another function"
        )
    return type(value).__name__


def names(space):
    """All names of a namespace that a notebook made."""
    own = {n: v for n, v in space.items() if not n.startswith("_") and n not in BEFORE}
    return {
        n: described(v) for n, v in sorted(own.items()) if type(v).__name__ != "module"
    }
