"""Why a volunteer's words do not go to a resident: nobody passes on what a scammer would write. Pure."""

from collections.abc import Sequence
from typing import Literal, get_args
from unicodedata import normalize

from bot.desk.links import Official, foreign_line, leads_elsewhere, official
from bot.desk.screening import ASKS, Asks
from bot.engine.environment import Setting
from bot.nlu.masking import mask
from bot.nlu.number_kinds import Secret

_Line = Literal["line"]
Reason = Asks | _Line | Secret
"""It holds a secret; a scammer would write it; it has a `link`, or a `line` to call, that is not official."""
_TOGETHER, _ENDING = 3, 200
"""So many replies, and so many characters of each, are read together with the next."""
_PART_OF_A_SENTENCE = 4
"""Words."""
REASONS: frozenset[str] = frozenset((*ASKS, *get_args(_Line), *get_args(Secret)))


def official_of(setting: Setting) -> Official:
    """The sites and lines that the ward and the fact sheet name."""
    ward = setting.ward
    named = (*ward.says.values(), *(place.says for place in ward.places), *(place.note for place in ward.places))
    return official(frozenset((*named, *setting.words.facts)), setting.public_url)


def why_held_back(setting: Setting, text: str, replied: Sequence[str] = ()) -> Reason | None:
    """The first reason there is, in the text or in what it says together with the replies before it; None: it may go.

    `replied` is what `and_then` keeps. What was held against those replies alone is not held against this one; nor is
    what a scammer would write held against a sentence that is plainly help by itself.
    """
    if reason := _why(setting, text):
        return reason
    helps = len(text.split()) > _PART_OF_A_SENTENCE and setting.screen.plainly_help(text)
    for place in reversed(range(len(replied))):
        before = replied[place:]
        whole = _together((*before, text))
        reason = _plain_reason(setting, whole) if helps else _why(setting, whole)
        if reason and not _why(setting, _together(before)):
            return reason
    return None


def and_then(replied: Sequence[str], text: str) -> tuple[str, ...]:
    """The last replies with one more: as much of them as the next is judged together with.

    They are kept as they are read: one character can stand for twenty.
    """
    return (*replied, normalize("NFKC", text)[-_ENDING:])[-_TOGETHER:]


def _together(pieces: Sequence[str]) -> str:
    """The pieces as they are read one below the other: one sentence where one of two is no sentence of its own.

    What is said twice is read once.
    """
    whole, last = "", ""
    for piece in dict.fromkeys(each.rstrip(" \n.,;:!?…") for each in pieces):
        part_of_it = min(len(last.split()), len(piece.split())) <= _PART_OF_A_SENTENCE
        whole += f"{' ' if part_of_it else '. '}{piece}" if whole else piece
        last = piece
    return whole


def _why(setting: Setting, text: str) -> Reason | None:
    return _plain_reason(setting, text) or setting.screen.held(text)


def _plain_reason(setting: Setting, text: str) -> Reason | None:
    """A secret, or where it leads: what needs no weighing."""
    if kinds := mask(text)[1]:
        return kinds[0]
    known = official_of(setting)
    if leads_elsewhere(text, known):
        return "link"
    return "line" if foreign_line(text, known) else None
