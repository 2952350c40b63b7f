r"""Patterns over what people write, matched by RE2: the time grows with the length of a text, whatever it says.

`re` tries one way after another, and for some texts there are so many ways that it never ends. So everything anybody
outside can write is matched by patterns from here; `tests/test_patterns.py` finds those that are not.

RE2 has neither lookaround nor backreference, and its `\w` and `\b` know ASCII alone: patterns are over folded text,
where `\S` is any letter of a word, or say which characters they mean (`[\pL\pN]`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import cast

import re2

LONGEST_READ = 2000
"""Characters of one text that are read: matched by patterns, and understood. What lies beyond is passed on unread."""

_MEMORY = 2 << 20
"""Bytes that a pattern may take for what it has worked out. Beyond that RE2 forgets, and goes on more slowly."""
_STACKED = 8
"""Marks on one letter that count. No language has more."""

Pattern = re.Pattern[str]
"""A pattern as RE2 has it."""


def compiled(pattern: str, *, any_case: bool = False) -> re.Pattern[str]:
    """The pattern, to be used as those of `re` are. Raises re2.error for what RE2 does not know."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = not any_case
    return cast("re.Pattern[str]", re2.compile(pattern, options))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these patterns over folded words, as whole words."""
    return compiled("|".join(rf"\b(?:{one})\b" for one in words))


def means(pattern: re.Pattern[str], text: str) -> bool:
    """Whether some match of the pattern has no group in it: groups hold what makes a match mean something else.

    It stands for a negative lookahead: `mat( khau)?` says that something is lost, and no "mat khau".
    """
    return next(ungrouped(pattern, text), None) is not None


def ungrouped(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Those matches, one after the other."""
    found = pattern.search(text)
    while found:
        other = any(found.groups())
        if not other:
            yield found
        found = pattern.search(text, found.start() + 1 if other else max(found.end(), found.start() + 1))


def literal(text: str) -> str:
    """A pattern that is just this text."""
    return cast("str", re2.escape(text))


_TOO_MANY = compiled(rf"(\pM{{{_STACKED}}})\pM+")


def composed(text: str) -> str:
    """The text with its diacritics composed (NFC), and nothing in it that is no character.

    Of marks stacked on one letter the first few are kept: to sort more takes time that grows with their square.
    """
    if text.isascii():
        return text
    text = text.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", _TOO_MANY.sub(r"\1", text))
