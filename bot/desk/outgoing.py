"""Why a volunteer's words do not go to a resident: nobody passes on what a scammer would write. Pure."""

from typing import Literal, get_args

from bot.desk.asking import asks_for_secret
from bot.desk.links import Official, foreign_line, leads_elsewhere, official
from bot.desk.money import wants_money
from bot.language.masking import Secret, mask
from bot.world import Setting

Asks = Literal["asks", "money", "link", "line"]
Reason = Asks | Secret
"""It holds a secret or `asks` for one; it wants `money`; it has a `link`, or a `line` to call, that is not official."""
REASONS: frozenset[str] = frozenset((*get_args(Asks), *get_args(Secret)))


def official_of(setting: Setting) -> Official:
    """The sites and lines that the ward and the fact sheet name."""
    ward = setting.ward
    named = (*ward.says.values(), *(place.says for place in ward.places), *(place.note for place in ward.places))
    return official(frozenset((*named, *setting.words.facts)), setting.public_url)


def why_held_back(setting: Setting, text: str) -> Reason | None:
    """The first reason there is; None for words that may go."""
    if kinds := mask(text)[1]:
        return kinds[0]
    if asks_for_secret(text):
        return "asks"
    if wants_money(text):
        return "money"
    known = official_of(setting)
    if leads_elsewhere(text, known):
        return "link"
    return "line" if foreign_line(text, known) else None
