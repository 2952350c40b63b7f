"""From the few words of a guide about a picture to all that is drawn. Pure."""

import msgspec
from msgspec import Struct

from bot.nlu.normalise import fold
from bot.pictures.screens import Control, Icon, Kind, Label, Look, Screen, Screens

SIZE = (1080, 900)
"""Width and height in pixels, of every picture in a chat."""
ON_PAPER = 0
"""The number of a picture for paper: the number of its step stands beside it, and only what is near the finger is
shown, so that it can be read where it is small."""
STRIP, CUTOUT = (1080, 300), (600, 500)
"""What paper shows of a picture, in pixels: of a control as wide as the screen, and of a smaller one."""
_WIDE: frozenset[Kind] = frozenset(
    {"area", "button", "check", "choice", "field", "link", "row", "search", "slider", "toggle"}
)
_SHORT = 24
"""What is tapped on a screen that nobody described is a button, or where it has more letters a row."""

TAP_SITE = -2
TAP_ICON = -3
NO_TAP = -1


class Description(Struct, frozen=True, tag=True):
    """Everything on a picture; equal ones are the same picture. `tap` is the index of a control, or TAP_SITE,
    TAP_ICON, NO_TAP. Labels have their English only where it is shown. `number` is ON_PAPER, or that of the step.
    `drawn` says that it is no screenshot.
    """

    app: Label
    bar: str
    look: Look
    site: str
    title: Label
    icon: Icon | None
    controls: tuple[Control, ...]
    tap: int
    number: int
    drawn: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        if self.number != ON_PAPER or self.tap == NO_TAP:
            return SIZE
        if self.tap == TAP_SITE or (self.tap >= 0 and self.controls[self.tap].kind in _WIDE):
            return STRIP
        return CUTOUT if self.tap == TAP_ICON or self.controls[self.tap].kind == "tile" else SIZE


encode_description = msgspec.json.Encoder().encode


def describe(screens: Screens, app: str, screen: str, tap: str, number: int, lang: str) -> Description:
    """What a picture shows. `number`: ON_PAPER, or that of the step. A screen that nobody described is a plain one."""
    known = screens.app(app)
    found = screens.find(app, screen) or Screen(Label(""), _plain(tap), None, "")
    site = screens.site(app, screen, tap)
    controls, at = found.controls, _tapped(found, site, tap)
    if at is None:
        at, controls = len(controls), (*controls, _added(tap))
    shown = _as_it_is if lang == "vi" else _explained
    return Description(
        app=shown(known.name),
        bar=known.bar,
        look=known.look,
        site=site,
        title=shown(found.title),
        icon=Icon(found.icon.kind, shown(found.icon.label)) if found.icon else None,
        controls=tuple(Control(control.kind, shown(control.label)) for control in controls),
        tap=at,
        number=number,
        drawn=said_of_drawn(screens, lang),
    )


def said_of_drawn(screens: Screens, lang: str) -> str:
    """What says of a picture, in this language, that it is no screenshot."""
    return screens.drawn.vi if lang == "vi" else screens.drawn.en


def _as_it_is(label: Label) -> Label:
    return Label(label.vi)


def _explained(label: Label) -> Label:
    return label


def _tapped(screen: Screen, site: str, tap: str) -> int | None:
    """Where the control with these words is; None where there is none."""
    if not tap:
        return NO_TAP
    wanted = fold(tap)
    for index, control in enumerate(screen.controls):
        if fold(control.label.vi) == wanted:
            return index
    if screen.icon and fold(screen.icon.label.vi) == wanted:
        return TAP_ICON
    return TAP_SITE if site and fold(site) == wanted else None


def _added(tap: str) -> Control:
    kind: Kind = "button" if len(tap) <= _SHORT else "row"
    return Control(kind, Label(tap))


def _plain(tap: str) -> tuple[Control, ...]:
    row = Control("row", Label("…"))
    return (row, _added(tap), row) if tap else (row, row, row)
