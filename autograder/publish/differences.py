"""What an export would change in the folder of the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHOWN = 40  # files of one kind that are named


@dataclass(frozen=True)
class Differences:
    """Files by what becomes of them, by their paths."""

    new: list[str]
    changed: list[str]
    gone: list[str]

    def lines(self) -> list[str]:
        """Give them as lines: the counts first, then the files."""
        kinds = {"new": self.new, "changed": self.changed, "gone": self.gone}
        found = [", ".join(f"{len(names)} {kind}" for kind, names in kinds.items())]
        for kind, names in kinds.items():
            found += [f"  {kind:8} {name}" for name in names[:SHOWN]]
            if len(names) > SHOWN:
                found.append(f"  {kind:8} … and {len(names) - SHOWN} more")
        return found


def differences(files: Mapping[str, bytes], folder: Path) -> Differences:
    """Compare what would be published with what a folder holds; its `.git` is passed over."""
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    there = {path.as_posix() for path in paths if path.parts[0] != ".git"}
    both = files.keys() & there
    changed = [name for name in both if (folder / name).read_bytes() != files[name]]
    return Differences(
        new=sorted(files.keys() - there),
        changed=sorted(changed),
        gone=sorted(there - files.keys()),
    )
