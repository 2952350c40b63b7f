"""Who may read which step aloud, and the short code that names a step in a chat. Pure."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from bot.audio.recordings import VoiceNote, place_of
from bot.content.guide import Guide
from bot.desk.roster import Roster, Volunteer
from bot.nlu.normalise import fold
from bot.ports.store import Library

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when copied from a screen: six of them tell nine hundred million places apart."""
_LENGTH = 6


def may_replace(person: Volunteer, notes: Iterable[VoiceNote], words: str) -> bool:
    """Whether they may put their own in the place of these, or take them back.

    A volunteer may with what is theirs, and with what is offered no more: `words` stands for what the step says now.
    """
    return person.role != "volunteer" or all(note.by == person.id or note.words != words for note in notes)


def may_let_out(roster: Roster, person: Volunteer, note: VoiceNote) -> bool:
    """Whether they decide, once they listened, that residents hear it: leads and admins, of their own only where there
    is nobody else.
    """
    if person.role == "volunteer" or not person.active:
        return False
    others = (each for each in roster.people if each.active and each.role != "volunteer" and each.id != person.id)
    return note.by != person.id or not any(others)


def code_of(guide: str, step: str, lang: str) -> str:
    """Always the same for a step in one language: it names it, and opens nothing."""
    number = int.from_bytes(blake2b(place_of(guide, step, lang).encode(), digest_size=8).digest())
    letters = [_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(_LENGTH)]
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def step_by_code(library: Library, said: str) -> tuple[Guide, str, str] | None:
    """The guide, step and language with this code, as people type it; None where there is none."""
    plain = fold(said).replace(" ", "")
    return next((each for each in _places(library) if code_of(each[0].id, *each[1:]).replace("-", "") == plain), None)


def _places(library: Library) -> Iterator[tuple[Guide, str, str]]:
    for guide in library.all():
        for lang in guide.words:
            yield from ((guide, step, lang) for step in guide.steps)
