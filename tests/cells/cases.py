"""Cells as students hand them in; `kernel.json` holds what a real kernel makes of each.

`record.py` records it. Each case is run after `PRELUDE`, in a kernel of its own.
"""

PRELUDE = "def f(x):\n    return 'first'\n\nnumber = 1"
NEW = "def f(x):\n    return 'second'"  # would take the place of the first one
_INDENTED = "\n".join(f"    {line}" for line in NEW.split("\n"))

CASES = {
    # what IPython strips
    "indented": [_INDENTED],
    "indented by tabs": ["\tdef f(x):\n\t\treturn 'second'"],
    "indented, blank lines first": ["\n\n" + _INDENTED + "\n\n    g = 2\n"],
    "indented with a comment at the edge": [_INDENTED + "\n# a comment"],
    "indented unevenly": ["    a = 2\n  b = 3"],
    "blank lines first": ["\n\n\n" + NEW],
    "classic prompts": [">>> def f(x):\n...     return 'second'\n...\n>>> g = 2"],
    "classic prompts, indented": [
        "    >>> def f(x):\n    ...     return 'second'\n    >>> g = 2"
    ],
    "classic prompt on the second line": ["# pasted\n>>> g = 2"],
    "classic prompts with output": [">>> g = 2\n>>> g\n2"],
    "numbered prompt": [
        "In [3]: def f(x):\n   ...:     return 'second'\n   ...: g = 2"
    ],
    "numbered prompt, one line": ["In [12]: g = 2"],
    "prompts within a text": ["text = '''\n>>> g = 2\n'''"],
    "ellipsis": ["def g(x):\n    ...\n...\nh = 3"],
    # magics of a line
    "matplotlib": ["%matplotlib inline\n" + NEW],
    "magic in a block": ["for i in range(3):\n    %time g = i"],
    "magic in a function": ["def g(x):\n    %time y = x + 1\n    return x\nh = g(2)"],
    "time binds": ["%time g = 2"],
    "time defines by semicolon": ["%time g = 2; h = 3"],
    "time returns": ["g = %time number + 4"],
    "time raises": ["%time 1 / 0\ng = 2"],
    "timeit binds nothing": ["%timeit -n1 -r1 g = 2\nh = 3"],
    "prun binds": ["%prun -q g = 2"],
    "magic called as a function": ["get_ipython().run_line_magic('time', 'g = 2')"],
    "unknown magic": ["g = 2\n%no_such_magic now\n" + NEW],
    "cell magic below the first line": ["g = 2\n%%time\nh = 3"],
    "magic that is continued": ["%time g = 1 + \\\n    2\nh = 3"],
    "assignment from a magic": ["where = %pwd\nwhere = 2"],
    "magic with spaces": ["  %time g = 2"],
    "remainder that looks like a magic": [
        "g = (7\n     % number\n)\nh = 7 \\\n % number"
    ],
    "text that looks like a magic": [
        "text = '''\n%no_such_magic\n!no_such_command\n'''\ng = 2"
    ],
    "config": ["%config InlineBackend.figure_format = 'svg'\ng = 2"],
    "automagic alone": ["time g = 2"],
    "automagic among lines": ["time g = 2\nh = 3"],
    "load_ext": ["%load_ext autoreload\n%autoreload 2\ng = 2"],
    "load_ext that is not there": ["%load_ext no_such_extension\ng = 2"],
    # the shell
    "shell": ["!true\ng = 2"],
    "shell that fails": ["!false\ng = 2"],
    "shell continued": ["!echo one \\\n  two\ng = 2"],
    "shell continued, twice": ["g = 2\n!echo one \\\n  two \\\n  three\nh = 3"],
    "shell in a block": ["if number:\n    !true\n    g = 2"],
    "shell assigned": ["files = !true\ng = len(files)"],
    "shell assigned, continued": ["files = !true \\\n  one\ng = 2"],
    "shell doubled": ["!!true\ng = 2"],
    "not equal": ["g = number != 2"],
    # help
    "help before": ["?f\ng = 2"],
    "help behind": ["f?\ng = 2"],
    "help doubled": ["f??\ng = 2"],
    "help for a pattern": ["*f*?\ng = 2"],
    "help alone": ["?\ng = 2"],
    "help of a call": ["f(1)?\ng = 2"],
    "help in a comment": ["g = 2  # is it?"],
    # calls by a sign
    "comma": [",g = f a b"],
    "comma calls": [",print a b\ng = 2"],
    "semicolon calls": [";print a b\ng = 2"],
    "slash calls": ["/print number number\ng = 2"],
    # magics of a cell
    "%%time": ["%%time\n" + NEW],
    "%%time with blank lines": ["\n\n%%time\n\n" + NEW],
    "%%time indented": ["    %%time\n" + _INDENTED],
    "%%time of an expression": ["%%time\ng = 2\ng"],
    "%%time with a magic inside": ["%%time\n%matplotlib inline\n!true\n" + NEW],
    "%%time of %%capture": ["%%time\n%%capture\n" + NEW],
    "%%time that raises": ["%%time\ng = 2\n1 / 0\n" + NEW],
    "%%time of an indented body": ["%%time\n" + _INDENTED],
    "%%time without a body": ["%%time"],
    "%%timeit": ["%%timeit -n1 -r1\n" + NEW],
    "%%timeit with a setup": ["%%timeit -n1 -r1 g = 2\nh = 3"],
    "%%capture": ["%%capture\n" + NEW],
    "%%capture with a name": ["%%capture said\nprint(1)\ng = 2"],
    "%%capture with a name and options": ["%%capture --no-stderr said\ng = 2"],
    "%%capture that raises": ["%%capture\ng = 2\n1 / 0\n" + NEW],
    "%%prun": ["%%prun -q\n" + NEW],
    "%%memit without its extension": ["%%memit\n" + NEW],
    "%%script false": ["%%script false\n" + NEW],
    "%%script false, no error": ["%%script false --no-raise-error\n" + NEW],
    "%%script true": ["%%script true\n" + NEW],
    "%%bash": ["%%bash\ntrue"],
    "%%sh": ["%%sh\ntrue"],
    "%%python3": ["%%python3\n" + NEW],
    "%%python": ["%%python\n" + NEW],
    "%%writefile": ["%%writefile /tmp/unrolled_cell_record.py\n" + NEW],
    "%%file": ["%%file /tmp/unrolled_cell_record.py\n" + NEW],
    "%%html": ["%%html\n" + NEW],
    "%%markdown": ["%%markdown\n" + NEW],
    "%%latex": ["%%latex\n" + NEW],
    "%%svg": ["%%svg\n" + NEW],
    "%%javascript": ["%%javascript\n" + NEW],
    "%%js": ["%%js\n" + NEW],
    "%%sx": ["%%sx\ntrue"],
    "%%!": ["%%!\ntrue"],
    "%%skip": ["%%skip\n" + NEW],
    "unknown cell magic": ["%%no_such_magic\n" + NEW],
    "cell magic that is a line's": ["%%matplotlib\n" + NEW],
    "cell magic with a space": ["%% time\n" + NEW],
    "cell magic below a comment": ["# first\n%%time\n" + NEW],
    "help for a cell magic": ["%%time?\n" + NEW],
    "body of a magic that is no Python": ["%%time\ng = = 2\n" + NEW],
    # awaiting
    "await": ["import asyncio\nawait asyncio.sleep(0)\ng = 2"],
    "await a result": ["async def one():\n    return 5\ng = await one()"],
    "await gathered": [
        "import asyncio\nasync def one(i):\n    await asyncio.sleep(0.01)\n    return i\n"
        "g = await asyncio.gather(one(1), one(2))"
    ],
    "await a task": [
        "import asyncio\n"
        "async def one():\n    return 5\n"
        "task = asyncio.create_task(one())\ng = await task\ndel task"
    ],
    "async for": [
        "async def two():\n    yield 1\n    yield 2\n"
        "g = [i async for i in two()]\n"
        "async for h in two():\n    pass"
    ],
    "async with": [
        "import contextlib\n@contextlib.asynccontextmanager\nasync def held():\n    yield 5\n"
        "async with held() as g:\n    h = g + 1"
    ],
    "await in %%time": ["%%time\nimport asyncio\nawait asyncio.sleep(0)\n" + NEW],
    "await and a definition": ["import asyncio\nawait asyncio.sleep(0)\n" + NEW],
    "await that raises": ["async def one():\n    1 / 0\ng = 2\nawait one()\nh = 3"],
    "await in a plain function": ["g = 2\ndef h(x):\n    await x\ni = 3"],
    "async function that is not awaited": ["async def one():\n    pass\ng = 2"],
    # the compiler
    "future of an earlier cell": [
        "from __future__ import annotations",
        "def g(x: not_there = 1) -> neither:\n    return 5",
    ],
    "future of the same cell": [
        "from __future__ import annotations\ndef g(x: not_there):\n    return 5"
    ],
    "future below other lines": [
        "g = 2\nfrom __future__ import annotations\ndef h(x: not_there):\n    return 5"
    ],
    "no future": ["g = 2\ndef h(x: not_there):\n    return 5"],
    "return in no function": ["g = 2\ndef h(x):\n    y = 3\nreturn y\ni = 4"],
    "break in no loop": ["g = 2\nbreak\nh = 3"],
    "no Python": ["g = 2\nh = = 3"],
    "no Python, indented": ["g = 2\n    h = 3"],
    "nonlocal in no function": ["g = 2\nnonlocal h\ni = 3"],
    "tabs and spaces": ["if number:\n        g = 2\n\th = 3"],
    # errors
    "raises": ["g = 2\n1 / 0\n" + NEW + "\nh = 3"],
    "raises in a function": ["g = 2\ndef h(x):\n    1 / 0\nh(1)\n" + NEW],
    "no such file": ["open('/no/such/file')\n" + NEW],
    "no such module": ["import no_such_module\n" + NEW + "\ng = 2"],
    "no such name": ["g = 2\nno_such_name\n" + NEW],
    "exit": ["g = 2\nraise SystemExit\n" + NEW],
    "interrupt": ["g = 2\nraise KeyboardInterrupt\n" + NEW],
    "old below an experiment that fails": [NEW, "1 / 0\ndef f(x):\n    return 'third'"],
    # what IPython puts there
    "last value": ["number + 4", "g = _"],
    "display": ["display(number)\ng = 2"],
    "input history": ["number + 1", "g = In[1][:3]"],
    "asks for input": ["input('?')\ng = 2"],
    "name of the module": ["g = __name__"],
    "semicolon at the end": ["number + 4;\ng = 2"],
    "empty": ["", "   \n  ", "# nothing"],
    "carriage returns": ["g = 2\r\nh = 3\r\n"],
    "form feed": ["g = 2\x0c\nh = 3"],
}
