"""Tests of `crab.errors`: the tree of errors is the one that its docstring draws."""

from __future__ import annotations

import pickle

import pytest

from crab import errors
from crab.errors import (
    BackendError,
    CallLimit,
    CrabError,
    FolderInUse,
    MissingData,
    MissingExtra,
    PluginError,
    SourceError,
    UnknownKind,
    UsageError,
)

TREE = {
    UsageError: (CrabError,),
    UnknownKind: (UsageError, ValueError),
    FolderInUse: (UsageError,),
    SourceError: (CrabError,),
    BackendError: (CrabError,),
    CallLimit: (CrabError,),
    MissingData: (CrabError, LookupError),
    PluginError: (CrabError,),
    MissingExtra: (CrabError, ImportError),
}


@pytest.mark.parametrize(("error", "bases"), TREE.items(), ids=[error.__name__ for error in TREE])
def test_tree(error: type[CrabError], bases: tuple[type[Exception], ...]) -> None:
    """Every error has its place in the tree and says what it means."""
    assert error.__bases__ == bases
    assert error.__doc__
    assert issubclass(error, CrabError)


def test_every_error_is_public_and_drawn() -> None:
    """The module exports all errors, and its docstring draws each of them."""
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, CrabError)
    }
    assert defined == set(errors.__all__) == {"CrabError", *(error.__name__ for error in TREE)}
    assert all(name in (errors.__doc__ or "") for name in defined)


def test_missing_extra_names_the_command() -> None:
    """The message of a missing extra is the command that installs it."""
    error = MissingExtra("pyarrow", "parquet")
    assert str(error) == "pyarrow is not installed; run: pip install 'crab-constraints[parquet]'"
    assert error.name == "pyarrow"


@pytest.mark.parametrize(
    "error",
    [*(error("what happened") for error in TREE if error is not MissingExtra), CrabError("x")],
    ids=repr,
)
def test_errors_go_between_processes(error: CrabError) -> None:
    """An error that a worker raises arrives as it was."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - written one call before
    assert (type(copy), copy.args) == (type(error), error.args)


def test_missing_extra_goes_between_processes() -> None:
    """A missing extra, too, arrives from a worker with its message."""
    copy = pickle.loads(pickle.dumps(MissingExtra("pyarrow", "parquet")))  # noqa: S301 - as above
    assert isinstance(copy, MissingExtra)
    assert str(copy) == str(MissingExtra("pyarrow", "parquet"))
