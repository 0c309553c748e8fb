"""Record what a real kernel makes of each case: `python tests/cells/record.py [NAME…]`.

All take some minutes.
"""

import json
import sys
from pathlib import Path

from jupyter_client.manager import start_new_kernel

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from cases import CASES, PRELUDE  # noqa: E402

PROBE = f"""
import sys, json
sys.path.insert(0, {str(HERE)!r})
import probe
OWN = ("sys", "json", "probe", "OWN")
print("told " + json.dumps(probe.names({{n: v for n, v in globals().items() if n not in OWN}})))
"""


def run(client, text):
    """Run one cell: the kind of error that it ended with, and what it printed."""
    printed, kinds = [], []

    def heard(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])
        if message["msg_type"] == "error":
            kinds.append(message["content"]["ename"])

    client.execute_interactive(text, allow_stdin=False, timeout=60, output_hook=heard)
    return (kinds or [None])[0], "".join(printed)


def recorded(cells):
    """What a new kernel makes of these cells."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        run(client, PRELUDE)
        errors = [run(client, text)[0] for text in cells]
        kind, printed = run(client, PROBE)
        assert kind is None, (cells, printed)
        told = next(line for line in printed.splitlines() if line.startswith("told "))
        return {"names": json.loads(told[5:]), "errors": errors}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main():
    """Write `kernel.json`."""
    import ipykernel
    import IPython

    versions = {
        "python": sys.version.split()[0],
        "ipython": IPython.__version__,
        "ipykernel": ipykernel.__version__,
    }
    file = HERE / "kernel.json"
    known = (
        json.loads(file.read_text(encoding="utf-8"))["cases"]
        if len(sys.argv) > 1
        else {}
    )
    found = {}
    for name, cells in CASES.items():
        if name in known and name not in sys.argv[1:]:
            found[name] = known[name]
            continue
        found[name] = recorded(cells)
        print(name, found[name], flush=True)
    text = json.dumps(
        {"versions": versions, "cases": found}, indent=1, ensure_ascii=False
    )
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
