"""The verdict of the `langdetect` package with seed 0, at a fraction of its cost.

The profiles (data files) of the installed `langdetect` are read once, on the first call; its code
never runs. What it does draw by draw, on lists of floats, happens here on arrays: n-grams are found
by table lookups, and the draws, which depend only on the seed and on the number of n-grams, come
from one stored stream of random words.

Most texts never need the original's exact floats: unnormalised products decide when a trial stops
and who wins, and they err by far less than `_MARGIN`. A decision closer than that, or a trial that
runs long, is taken by the original's own sequence of operations.
"""

from __future__ import annotations

import math
import random
import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_MAX_CHARS = 10_000
_TRIALS = 7
_MAX_DRAWS = 1001
_CONVERGED = 0.99999
_REPORTED = 0.1
_MARGIN = 1e-9
_CHUNK = 50
_WORDS = 16_384  # every n-gram count finds its 7 x 1001 draws among these
_FEW_WORDS = 768

_URL = re.compile(r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}")
_MAIL_HOST = re.compile(r"@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}")
_MAIL_USER = "-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class _Model(NamedTuple):
    """Lookup tables built from the profiles.

    Characters have small ids: 0 is any character no profile knows, the last id is such a character
    in upper case, and 1 is the space. An n-gram is keyed by its ids read as a number.
    """

    languages: list[str]
    marks: str
    marked: re.Pattern[str]
    composed: dict[str, str]
    size: int
    ids: Ints
    upper: NDArray[np.bool_]
    is_unigram: NDArray[np.bool_]
    pairs: NDArray[np.uint16]
    is_bigram: NDArray[np.bool_]
    endings: NDArray[np.uint8]
    keys: Ints
    table: Floats
    words: NDArray[np.uint32]


@cache
def _model() -> _Model:
    from importlib.resources import files

    import numpy as np
    import orjson

    package = files("langdetect")
    lines = (package / "utils" / "messages.properties").read_text("ascii").splitlines()
    messages = {
        key: value.encode().decode("unicode_escape")
        for key, _, value in (line.strip().partition("=") for line in lines)
    }
    # The order of the folder's entries is the original's order of languages.
    files_ = [f for f in (package / "profiles").iterdir() if not f.name.startswith(".")]
    profiles = [orjson.loads(f.read_bytes()) for f in files_]
    normal = _normal_forms(messages)
    words = [word for profile in profiles for word in profile["freq"]]
    grams = np.array(words, dtype="<U3").view("<u4").reshape(-1, 3)
    counts = np.array([count for profile in profiles for count in profile["freq"].values()])
    owner = np.repeat(np.arange(len(profiles)), [len(profile["freq"]) for profile in profiles])
    totals = np.array([profile["n_words"] for profile in profiles])
    lengths = (grams > 0).sum(axis=1)
    shares = counts / totals[owner, lengths - 1]
    met = ((normal[grams] == grams) | (grams == 0)).all(axis=1)
    met &= (grams[:, 1] != ord(" ")) | (lengths < 3)
    grams, owner, lengths, shares = grams[met], owner[met], lengths[met], shares[met]

    chars = np.unique(grams)[1:]
    size = len(chars) + 2
    known = np.zeros(0x10000, dtype=np.int64)
    known[chars] = np.arange(1, size - 1)
    capitals = np.array([chr(code).isupper() for code in range(0x10000)])
    ids = known[normal]
    ids[(ids == 0) & capitals[normal]] = size - 1
    upper = np.concatenate([[False], capitals[chars], [True]])

    first, second, third = known[grams].T
    key = np.where(lengths > 1, first * size + second, first)
    keys, rows = np.unique(np.where(lengths > 2, key * size + third, key), return_inverse=True)
    table = np.zeros((len(keys), len(profiles)))
    table[rows, owner] = shares

    is_unigram = np.zeros(size, dtype=bool)
    is_unigram[keys[keys < size]] = True
    is_unigram[1] = False
    bigrams = keys[(keys >= size) & (keys < size * size)]
    starts, ends = np.divmod(keys[keys >= size * size], size)
    prefixes = np.unique(starts)
    every = np.concatenate([prefixes, np.setdiff1d(bigrams, prefixes)])
    pairs = np.zeros(size * size, dtype=np.uint16)
    pairs[every] = np.arange(1, len(every) + 1)
    is_bigram = np.concatenate([[False], np.isin(every, bigrams)])
    # One row of bits a prefix, then an empty one, which all other pairs are clipped to.
    width = size // 8 + 1
    endings = np.zeros((len(prefixes) + 2) * width, dtype=np.uint8)
    np.bitwise_or.at(endings, pairs[starts] * np.int64(width) + (ends >> 3), 1 << (ends & 7))
    stream = random.Random(0).getrandbits(32 * _WORDS).to_bytes(4 * _WORDS, "little")


def _normal_forms(messages: dict[str, str]) -> Ints:
    """Return the code each code point below 0x10000 is counted as."""
    import numpy as np

    normal = np.arange(0x10000)
    letters = np.isin(normal[:0x80], [ord(c) for c in _MAIL_USER if c.isalpha()])
    normal[:0x80][~letters] = ord(" ")
    normal[[ord(c) for c in messages["NGram.LATIN1_EXCLUDE"]]] = ord(" ")
    normal[0x2000:0x2070] = ord(" ")
    normal[[0x219, 0x21B, 0x6CC]] = 0x15F, 0x163, 0x64A
    normal[0x1EA0:0x1F00] = 0x1EC3
    normal[0x3040:0x30A0] = 0x3042
    normal[0x30A0:0x3100] = 0x30A2
    normal[0x3100:0x3130] = normal[0x31A0:0x31C0] = 0x3105
    normal[0xAC00:0xD7B0] = 0xAC00
    for key, kanji in messages.items():
        if key.startswith("NGram.KANJI_"):
            normal[[ord(c) for c in kanji]] = ord(kanji[0])
    return normal
