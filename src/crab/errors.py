"""The errors that crab raises.

The tree::

    CrabError
    ├── UsageError          a call or a command line that cannot be carried out as given
    │   ├── UnknownKind     a constraint kind that nobody has registered
    │   └── FolderInUse     an output folder that another run holds, or that holds another run
    ├── SourceError         an input file that cannot be read
    ├── BackendError        a model that answers nobody: a wrong key, an unknown model
    ├── CallLimit           the bound on model calls is reached; what was done so far stands
    ├── MissingData         word lists or models of nltk that are not installed (a LookupError too)
    ├── PluginError         a plug-in that breaks when loaded or run; names the plug-in
    └── MissingExtra        an optional dependency that is not installed (also an ImportError)

A constraint that is built from wrong values raises pydantic's ``ValidationError``.
"""

from __future__ import annotations

__all__ = [
    "BackendError",
    "CallLimit",
    "CrabError",
    "FolderInUse",
    "MissingData",
    "MissingExtra",
    "PluginError",
    "SourceError",
    "UnknownKind",
    "UsageError",
]


class CrabError(Exception):
    """The base of every error that crab raises on purpose."""


class UsageError(CrabError):
    """The call or command cannot be carried out as given."""


class UnknownKind(UsageError, ValueError):
    """No constraint of this kind is registered."""


class FolderInUse(UsageError):
    """The output folder belongs to another run."""


class SourceError(CrabError):
    """An input cannot be read at all."""


class BackendError(CrabError):
    """A model cannot answer any request."""


class CallLimit(CrabError):
    """The bound on how often a model is asked is reached."""


class MissingData(CrabError, LookupError):
    """Data of nltk that a check needs are not installed; nothing downloads them unasked."""


class PluginError(CrabError):
    """A plug-in failed to load or to run."""


class MissingExtra(CrabError, ImportError):
    """An optional dependency is needed and not installed."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(
            f"{module} is not installed; run: pip install 'crab-constraints[{extra}]'", name=module
        )
        self._arguments = (module, extra)

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), self._arguments
