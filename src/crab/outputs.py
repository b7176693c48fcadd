"""Files that a command writes: refused before the work begins, and whole or not at all after it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from crab.errors import UsageError

__all__ = ["check_outputs", "whole_files"]


def check_outputs(
    outputs: Iterable[Path], read: Iterable[Path], folder: Path | None = None
) -> None:
    """Refuse files that cannot be written, or that must not be.

    Args:
        outputs: The files to write.
        read: The files that are read.
        folder: A folder whose files belong to a build.

    Raises:
        UsageError: A file is read or written twice, belongs to the build, or has no place.
    """
    taken = dict.fromkeys(read, "is read")
    for path in outputs:
        if str(path) == "-":
            raise UsageError("- is no file to write; name one")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no folder; make it, or choose another for {path}")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise UsageError(f"{path} cannot be written: permission denied")
        if folder is not None and path.resolve().parent == folder.resolve():
            raise UsageError(f"{path} is in the folder of a build; choose a file outside {folder}")
        for other, why in taken.items():
            if _same(path, other):
                raise UsageError(f"{path} {why}; choose another file to write")
        taken[path] = "is written twice"


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


@contextmanager
def whole_files(paths: Mapping[str, Path]) -> Iterator[dict[str, IO[bytes]]]:
    """Open files that take their places when all is written, and not before.

    What is no plain file, such as a pipe or a device, is written as it is.

    Raises:
        UsageError: A file cannot be written.
    """
    places = {name: path.resolve() for name, path in paths.items()}
    new: dict[str, Path] = {}
    try:
        with ExitStack() as stack:
            files: dict[str, IO[bytes]] = {}
            for name, place in places.items():
                if place.exists() and not place.is_file():
                    files[name] = stack.enter_context(place.open("wb"))
                    continue
                made, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
                new[name] = Path(temporary)
                files[name] = stack.enter_context(open(made, "wb"))  # noqa: PTH123 - a descriptor
            yield files
        for name, path in new.items():
            path.chmod(_mode(places[name]))
            path.replace(places[name])
    except OSError as error:
        where = ", ".join(map(str, paths.values()))
        raise UsageError(f"{where} cannot be written: {error.strerror or error}") from None
    finally:
        for path in filter(Path.is_file, new.values()):
            path.unlink()


def _mode(place: Path) -> int:
    """Return the mode of the file that is replaced, or the one that a new file would get."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
