"""Every built-in constraint kind, by family."""

from __future__ import annotations

from crab.constraints import content, format, keywords, language, length, punctuation, structure, style, voice
