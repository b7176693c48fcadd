"""nltk's data: those beside the repository where they are present, or those that nltk finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nltk
import pytest

from crab.benchmarks import nltk_data, punkt_model
from crab.errors import MissingData

NLTK_DATA = Path(__file__).parents[3] / "shared" / "data" / "nltk_data"
CACHES = (nltk_data.punkt, nltk_data.stop_words, nltk_data.tagger, punkt_model.model)


@pytest.fixture(autouse=True)
def _search_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the data on nltk's search path, in this process and in those that a test starts."""
    if NLTK_DATA.is_dir():
        monkeypatch.setattr(nltk.data, "path", [str(NLTK_DATA), *nltk.data.path])
        monkeypatch.setenv("NLTK_DATA", str(NLTK_DATA))


@pytest.fixture
def _no_nltk_data(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hide the data: what was read of them before is forgotten, and so is what is read now."""
    monkeypatch.setattr(nltk.data, "path", [])
    for cache in CACHES:
        cache.cache_clear()
    yield
    for cache in CACHES:
        cache.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Skip a test that needs data of nltk where they are absent, and say how to get them."""
    try:
        return (yield)
    except MissingData as error:
        if NLTK_DATA.is_dir():
            raise
        pytest.skip(str(error))
