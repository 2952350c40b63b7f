"""The question before somebody goes who holds something: what goes back to whom. The form comes again, answered."""

from collections.abc import Mapping, Sequence

from fastapi import Response
from msgspec import Struct

from api.auth.inside import Inside
from api.auth.signin import Form
from bot.desk.dismissal import Departures, Held
from bot.desk.roster import Roster, Volunteer

SURE = "sure"
"""The field that says which codes whoever sends the form knows to go back."""
_FRAME = frozenset({"proof", SURE})


class GoesBack(Struct, frozen=True):
    """What goes back to one team, by its codes."""

    team: str
    codes: Sequence[str]


async def question(
    inside: Inside,
    departures: Departures,
    roster: Roster,
    form: Form,
    lang: str,
    after: Volunteer,
    action: str,
    back: str,
) -> Response | None:
    """The page that asks; None where somebody who becomes `after` holds nothing but what whoever sent the form agreed
    to: what came to them since the question is named first.

    `action` is where the form goes, `back` where it came from.
    """
    held = await departures.held(after)
    if set(_codes(held)).issubset(form.text(SURE).split()):
        return None
    teams = [GoesBack(roster.team(team).name, _codes(held.of(team))) for team in held.teams]
    typed = [(name, text) for name, texts in _written(form).items() for text in texts]
    return inside.show(
        "departure.html",
        form.visit,
        lang,
        who=roster.person(after.id) or after,
        held=held,
        teams=teams,
        unreached=unreached(held, roster),
        typed=typed,
        action=action,
        back=back,
        sure=SURE,
    )


def unreached(held: Held, roster: Roster) -> Sequence[str]:
    """The codes of those whom nobody can tell now, as their channel is off."""
    chats = [(each.code, each.chat) for each in held.all]
    return [code for code, chat in chats if chat and not roster.reaches(chat)]


def _codes(held: Held) -> Sequence[str]:
    return [each.code for each in held.all]


def _written(form: Form) -> Mapping[str, Sequence[str]]:
    return {name: texts for name, texts in form.fields.written.items() if name not in _FRAME}
