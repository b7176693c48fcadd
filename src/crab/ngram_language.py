"""The verdict of the `langdetect` package with seed 0, at a fraction of its cost.

The profiles shipped with `langdetect` are read once, on the first call. What the original does
character by character and language by language happens here on arrays: table lookups find the
n-grams, and the draws, which depend only on the seed and on the number of n-grams, come from one
stored stream of random words.

Products without the original's roundings decide when a trial stops and which language wins. They
err by far less than `_MARGIN`; a closer decision repeats the original's own operations.
"""

from __future__ import annotations

import math
import random
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Trial = tuple[int, NDArray[np.float64]]

_MAX_CHARS = 10_000
_TRIALS = 7
_MAX_DRAWS = 1001
_CONVERGED = 0.99999
_REPORTED = 0.1
_MARGIN = 1e-9
# _CHUNK factors of _SCALE * (weight + share) take shares between _FAINT and 1 to finite,
# normal floats.
_CHUNK = 50
_SCALE = 1024.0
_FAINT = 1e-150
# Whatever the number of n-grams, _WORDS hold 7 * 1001 draws; most texts need _FEW_WORDS.
_WORDS = 16_384
_FEW_WORDS = 512
# The bits of a character's id that tell it apart within a block of endings.
_BITS = 4
_LOW = (1 << _BITS) - 1

_URL = re.compile(r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}")
_MAIL_HOST = re.compile(r"@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_MAIL_USER = "-_.0123456789" + _LETTERS
_MARKS = "\u0300\u0301\u0303\u0309\u0323"
_MARKED = re.compile(f"[AEIOUYaeiouyÂÊÔâêôĂăƠơƯư][{_MARKS}]")


class _Model(NamedTuple):
    """Lookup tables built from the profiles.

    Characters have small ids: 1 is the space, 0 any character no profile knows, and the last id is
    such a character in upper case. `pairs` numbers two ids, `blocks` such a number with the high
    bits of a third id, and `trigrams` has the row of a block's number with the low bits. Row 0
    stands for an n-gram no profile knows; the rows of `shares` are multiplied by `_SCALE`.
    """

    languages: list[str]
    words: NDArray[np.uint32]
    shares: NDArray[np.float64]
    ids: NDArray[np.int32]
    upper: NDArray[np.bool_]
    unigrams: NDArray[np.int32]
    pairs: NDArray[np.uint16]
    bigrams: NDArray[np.int32]
    blocks: NDArray[np.uint16]
    trigrams: NDArray[np.int32]


@cache
def _model() -> _Model:
    from importlib.resources import files  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import orjson  # noqa: PLC0415

    package = files("langdetect")
    # Sums and ties depend on the order of languages, which the original takes from the folder, so
    # that it may differ from machine to machine by a rounding.
    entries = [entry for entry in (package / "profiles").iterdir() if entry.name[0] != "."]
    entries.sort(key=lambda entry: entry.name)
    names, texts, parts = [], [], []
    for entry in entries:
        profile = orjson.loads(entry.read_bytes())
        names.append(profile["name"])
        texts.append(np.array(list(profile["freq"]), dtype="<U3"))
        totals = np.array(profile["n_words"])[np.char.str_len(texts[-1]) - 1]
        parts.append(np.array(list(profile["freq"].values())) / totals)
    owners = np.repeat(np.arange(len(names)), [len(part) for part in parts])
    counts = np.concatenate(parts)
    grams = np.concatenate(texts).view("<u4").reshape(-1, 3)
    lengths = (grams > 0).sum(axis=1)

    normal = _normal_forms((package / "utils" / "messages.properties").read_text("ascii"))
    met = ((normal[grams] == grams) | (grams == 0)).all(axis=1)
    met &= (lengths < 3) | (grams[:, 1] != ord(" "))
    grams, lengths, owners, counts = (part[met] for part in (grams, lengths, owners, counts))
    chars = np.unique(grams)[1:]
    size = len(chars) + 2
    char_ids = np.zeros(len(normal), dtype=np.int32)
    char_ids[chars] = np.arange(1, size - 1)
    capital = np.array([chr(code).isupper() for code in range(len(normal))])
    ids = char_ids[normal]
    ids[(ids == 0) & capital[normal]] = size - 1
    upper = np.concatenate([[False], capital[chars], [True]])

    # An n-gram's key: its ids as the digits of a number, so that keys sort by length first.
    keys = np.zeros(len(grams), dtype=np.int64)
    for place in range(3):
        keys = np.where(lengths > place, keys * size + char_ids[grams[:, place]], keys)
    keys, inverse = np.unique(keys, return_inverse=True)
    shares = np.zeros((len(keys) + 1, len(names)))
    shares[inverse + 1, owners] = counts * _SCALE
    rows = np.arange(1, len(keys) + 1, dtype=np.int32)
    two, three = np.searchsorted(keys, [size, size * size])
    unigrams = np.zeros(size, dtype=np.int32)
    unigrams[keys[:two]] = rows[:two]

    starts, ends = np.divmod(keys[three:], size)
    prefixes = np.unique(starts)
    numbered = np.concatenate([prefixes, np.setdiff1d(keys[two:three], prefixes)])
    pairs = np.zeros(size * size, dtype=np.uint16)
    pairs[numbered] = np.arange(1, len(numbered) + 1)
    bigrams = np.zeros(len(numbered) + 1, dtype=np.int32)
    bigrams[pairs[keys[two:three]]] = rows[two:three]
    # The last block is empty: the numbers of pairs that start no trigram are clipped to it.
    width = (size >> _BITS) + 1
    places = pairs[starts].astype(np.int64) * width + (ends >> _BITS)
    used, slots = np.unique(places, return_inverse=True)
    blocks = np.zeros((len(prefixes) + 1) * width + 1, dtype=np.uint16)
    blocks[used] = np.arange(1, len(used) + 1)
    trigrams = np.zeros((len(used) + 1) << _BITS, dtype=np.int32)
    trigrams[((slots + 1) << _BITS) + (ends & _LOW)] = rows[three:]

    stream = random.Random(0).getrandbits(32 * _WORDS).to_bytes(4 * _WORDS, "little")
    words = np.frombuffer(stream, dtype="<u4")
    return _Model(names, words, shares, ids, upper, unigrams, pairs, bigrams, blocks, trigrams)


def _normal_forms(messages: str) -> NDArray[np.int64]:
    """Return, for each code point below 0x10000, the one it is counted as."""
    import numpy as np  # noqa: PLC0415

    normal = np.arange(0x10000)
    normal[:0x80] = ord(" ")
    for letter in map(ord, _LETTERS):
        normal[letter] = letter
    normal[[0xA0, 0xAB, 0xB0, 0xBB]] = ord(" ")
    normal[0x2000:0x2070] = ord(" ")
    normal[[0x219, 0x21B, 0x6CC]] = 0x15F, 0x163, 0x64A
    normal[0x1EA0:0x1F00] = 0x1EC3
    normal[0x3040:0x30A0] = 0x3042
    normal[0x30A0:0x3100] = 0x30A2
    normal[0x3100:0x3130] = normal[0x31A0:0x31C0] = 0x3105
    normal[0xAC00:0xD7B0] = 0xAC00
    for line in re.findall(r"^NGram\.KANJI_.*=(.*)", messages, re.MULTILINE):
        kanji = [int(code, 16) for code in line.split("\\u")[1:]]
        normal[kanji] = kanji[0]
    return normal


def _without_mail(text: str) -> str:
    """Put a space for each mail address among the first characters, as many as can count."""
    pieces = []
    size = end = 0
    for host in _MAIL_HOST.finditer(text):
        at = host.start()
        before = text[max(end, at - 64) : at]
        user = len(before) - len(before.rstrip(_MAIL_USER))
        if user:
            pieces.append(text[end : at - user] + " ")
            size += len(pieces[-1])
            end = host.end()
        if size + at - end > 2 * _MAX_CHARS:
            break
    return "".join(pieces) + text[end : end + 2 * _MAX_CHARS]


def _clean(text: str) -> str:
    if "http" in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _without_mail(text)
    # Composing makes one character of two, so no more than these can count.
    text = text[: 2 * _MAX_CHARS]
    if any(mark in text for mark in _MARKS):
        text = _MARKED.sub(lambda pair: normalize("NFC", pair[0]), text)
    return text[:_MAX_CHARS]


def _known_grams(text: str, model: _Model) -> NDArray[np.int32]:
    """Return the rows of the n-grams that some profile knows, in the original's order."""
    import numpy as np  # noqa: PLC0415

    codes = np.frombuffer((" " + text).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if not text.isascii():
        latin = (codes >= ord("A")) & (codes <= ord("z"))
        if 2 * np.count_nonzero(latin) < np.count_nonzero(codes >= 0x300):
            codes = codes[~latin]
    ids = model.ids.take(codes, mode="clip")
    last = len(model.upper) - 1
    if not text.isascii():
        for place in np.flatnonzero(codes >= len(model.ids)).tolist():
            ids[place] = last * chr(codes[place]).isupper()
    pairs = model.pairs.take(ids[:-1] * (last + 1) + ids[1:])
    width = (last + 1 >> _BITS) + 1
    places = pairs[:-1].astype(np.int32) * width + (ids[2:] >> _BITS)
    blocks = model.blocks.take(places, mode="clip").astype(np.int32)
    rows = np.zeros((len(pairs), 3), dtype=np.int32)
    rows[:, 0] = model.unigrams.take(ids[1:])
    rows[:, 1] = model.bigrams.take(pairs)
    rows[1:, 2] = model.trigrams.take((blocks << _BITS) + (ids[2:] & _LOW))
    upper = model.upper.take(ids)
    shouted = upper[1:] & upper[:-1]
    if shouted.any():
        rows[shouted] = 0
    flat = rows.ravel()
    return flat[flat > 0]


def _gauss(words: list[int]) -> tuple[float, float]:
    """Return the two values that `random.gauss` makes of four words."""
    turn, rest = (((words[i] >> 5) * 2**26 + (words[i + 1] >> 6)) / 2**53 for i in (0, 2))
    radius = math.sqrt(-2.0 * math.log(1.0 - rest))
    return math.cos(turn * math.tau) * radius, math.sin(turn * math.tau) * radius


def _draws(
    grams: NDArray[np.int32], words: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the places of the words that `random.choice` accepts, and the n-grams it takes."""
    import numpy as np  # noqa: PLC0415

    values = words >> np.uint32(32 - len(grams).bit_length())
    places = np.flatnonzero(values < len(grams))
    return places, grams[values[places]]


def _quick_trial(rows: NDArray[np.int32], weight: float, model: _Model) -> Trial | None:
    """Return the draws and nearly the shares of one trial, None when in doubt or out of rows."""
    import numpy as np  # noqa: PLC0415

    if len(rows) <= _CHUNK:
        return None
    # One factor can't converge, so the original's look after the first draw is left out.
    shares = model.shares[rows[0]] + weight * _SCALE
    faint = np.zeros(len(shares), dtype=bool)
    for start in range(1, min(_MAX_DRAWS, len(rows) - _CHUNK + 1), _CHUNK):
        factors = model.shares.take(rows[start : start + _CHUNK].reshape(-1, 5).T, axis=0)
        factors += weight * _SCALE
        steps = np.multiply.reduce(factors, axis=0)
        steps[0] *= shares
        np.multiply.accumulate(steps, axis=0, out=steps)
        totals = np.add.reduce(steps, axis=1)
        for step, top in enumerate((np.maximum.reduce(steps, axis=1) / totals).tolist()):
            draws = start + 5 * (step + 1)
            if top > _CONVERGED - _MARGIN or draws == _MAX_DRAWS:
                shares = steps[step] / totals[step]
                sure = abs(top - _CONVERGED) > _MARGIN and shares[faint].sum() < _MARGIN / 100
                return (draws, shares) if sure else None
        # A faint language may be rounded to 0 in the original: it is held at _FAINT here, and
        # what it comes to must not matter.
        faint |= (steps < _FAINT * totals[:, None]).any(axis=0)
        shares = np.maximum(steps[-1] / totals[-1], _FAINT)
    return None


def _exact_trial(rows: NDArray[np.int32], weight: float, model: _Model) -> Trial:
    """Return the draws and the shares of one trial, by the original's operations."""
    import numpy as np  # noqa: PLC0415

    shares = np.full(len(model.languages), 1.0 / len(model.languages))
    start, end = 0, 1
    while True:
        factors = model.shares.take(rows[start:end], axis=0) / _SCALE + weight
        factors[0] *= shares
        shares = np.multiply.reduce(factors, axis=0)
        shares /= sum(shares.tolist())  # not NumPy's sum, which adds in another order
        if shares.max() > _CONVERGED or end == _MAX_DRAWS:
            return end, shares
        start, end = end, end + 5


def _mixture(grams: NDArray[np.int32], model: _Model, *, exact: bool) -> list[float]:
    """Return the mean of the trials' shares: the original's, or one that tells the winner.

    The latter is within `_MARGIN` of the original's, or ends once a language has over half of it.
    """
    import numpy as np  # noqa: PLC0415

    mean = np.zeros(len(model.languages))
    places, rows = _draws(grams, model.words[:_FEW_WORDS])
    at = 0
    normals: list[float] = []
    for _ in range(_TRIALS):
        if not normals:
            normals += _gauss(model.words[at : at + 4].tolist())
            at += 4
        weight = (0.5 + normals.pop(0) * 0.05) / 10_000
        first = int(places.searchsorted(at))
        trial = None if exact else _quick_trial(rows[first:], weight, model)
        if trial is None:
            places, rows = _draws(grams, model.words)
            first = int(places.searchsorted(at))
            trial = None if exact else _quick_trial(rows[first:], weight, model)
        if trial is None:
            trial = _exact_trial(rows[first:], weight, model)
        draws, shares = trial
        at = int(places[first + draws - 1]) + 1
        mean += shares / _TRIALS
        if not exact and mean.max() > 0.5 + _MARGIN:
            break
    return mean.tolist()


def detect(text: str, seen: dict[bytes, str] | None = None) -> str | None:
    """Return the language of a text, as `langdetect.detect` with seed 0 does.

    Args:
        text: Any text.
        seen: Verdicts by n-grams, which are looked up and added to: texts that differ in marks
            alone often have the same n-grams.

    Returns:
        The code of the language ("en", "zh-cn"), "unknown" where none is likelier than 0.1, or
        None where the original raises because it knows no n-gram of the text.
    """
    model = _model()
    grams = _known_grams(_clean(text), model)
    if not len(grams):
        return None
    seen = {} if seen is None else seen
    key = grams.tobytes()
    if key not in seen:
        seen[key] = _likeliest(grams, model)
    return seen[key]


def _likeliest(grams: NDArray[np.int32], model: _Model) -> str:
    """Return the language that the n-grams are likeliest in."""
    mean = _mixture(grams, model, exact=False)
    top = max(mean)
    if sum(share > top - _MARGIN for share in mean) > 1 or abs(top - _REPORTED) < _MARGIN:
        mean = _mixture(grams, model, exact=True)
        top = max(mean)
    return model.languages[mean.index(top)] if top > _REPORTED else "unknown"
