"""Every built-in constraint kind, by family."""

from __future__ import annotations

from crab.constraints import keywords, language, length, punctuation
