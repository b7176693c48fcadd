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
        try:
            _check(path, folder)
            for other, why in taken.items():
                if _same(path, other):
                    raise UsageError(f"{path} {why}; choose another file to write")
        except (OSError, RuntimeError) as error:
            raise UsageError(f"{path} cannot be written: {_told(error)}") from None
        taken[path] = "is written twice"


def _check(path: Path, folder: Path | None) -> None:
    """Refuse a file that has no place, or one in the folder of a build."""
    if str(path) == "-":
        raise UsageError("- is no file to write; name one")
    if _as_it_is(path):
        return
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file")
    place = path.resolve()
    if not place.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder; make it, or choose another for {path}")
    if not os.access(place.parent, os.W_OK) or (place.exists() and not os.access(place, os.W_OK)):
        raise UsageError(f"{path} cannot be written: permission denied")
    if folder is not None and place.parent == folder.resolve():
        raise UsageError(f"{path} is in the folder of a build; choose a file outside {folder}")


def _as_it_is(path: Path) -> bool:
    """Return whether a path names no plain file, or one that is open elsewhere."""
    special = os.path.abspath(path).startswith(("/dev/", "/proc/"))  # noqa: PTH100 - of no link
    return special or (path.exists() and not path.is_file() and not path.is_dir())


def _told(error: OSError | RuntimeError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


@contextmanager
def whole_files(paths: Mapping[str, Path]) -> Iterator[dict[str, IO[bytes]]]:
    """Open files that take their places when all is written, and not before.

    What is no plain file, such as a pipe, a device or ``/dev/stdout``, is written as it is.

    Raises:
        UsageError: A file cannot be written.
    """
    places: dict[str, Path] = {}
    new: dict[str, Path] = {}
    try:
        with ExitStack() as stack:
            files: dict[str, IO[bytes]] = {}
            for name, path in paths.items():
                if _as_it_is(path):
                    files[name] = stack.enter_context(path.open("ab"))
                    continue
                place = places[name] = path.resolve()
                made, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
                new[name] = Path(temporary)
                files[name] = stack.enter_context(open(made, "wb"))  # noqa: PTH123 - a descriptor
            yield files
        for name, made_file in new.items():
            made_file.chmod(_mode(places[name]))
            made_file.replace(places[name])
    except (OSError, RuntimeError) as error:
        where = ", ".join(map(str, paths.values()))
        raise UsageError(f"{where} cannot be written: {_told(error)}") from None
    finally:
        for left in filter(Path.is_file, new.values()):
            left.unlink()


def _mode(place: Path) -> int:
    """Return the mode of the file that is replaced, or the one that a new file would get."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
