"""The screens that pictures can show: which app, which controls, in which order. Pure: texts in, values out.

From the few words of a guide about a picture to all that is drawn. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from bot.content import yaml as yaml_lines
from bot.content.schema import did_you_mean, shape, wrong
from bot.content.yaml import Document, YamlPath
from bot.nlu.normalise import fold

ANY = "any"
"""The app whose screens every other one has, where it has none of its own by that name."""

Kind = Literal[
    "app",
    "area",
    "button",
    "card",
    "check",
    "choice",
    "code",
    "done",
    "face",
    "field",
    "link",
    "map",
    "media",
    "money",
    "nfc",
    "notice",
    "paper",
    "pin",
    "power",
    "qr",
    "row",
    "scan",
    "search",
    "shutter",
    "slider",
    "swipe",
    "text",
    "tile",
    "toggle",
]
IconKind = Literal["magnifier", "person", "bin", "gear", "bars", "qr", "video"]
Look = Literal["app", "site", "home", "camera"]


class Label(Struct, frozen=True):
    """What stands on the phone, and what it means in English; empty where that is the same."""

    vi: str
    en: str = ""


class Control(Struct, frozen=True):
    kind: Kind
    label: Label


class Icon(Struct, frozen=True):
    """A sign without words; `label` is what people call it."""

    kind: IconKind
    label: Label


class Screen(Struct, frozen=True):
    """`icon` stands in the bar, `site` in the box for addresses of a browser."""

    title: Label
    controls: tuple[Control, ...]
    icon: Icon | None
    site: str


class App(Struct, frozen=True):
    """`bar` is the colour of its bar, as #RRGGBB."""

    name: Label
    bar: str
    look: Look
    site: str
    screens: Mapping[str, Screen]


_GREY = "#37424E"


class _ScreenFile(Struct, frozen=True, forbid_unknown_fields=True):
    controls: list[dict[Kind, str]]
    title: str = ""
    icon: dict[IconKind, str] = {}
    site: str = ""


class _AppFile(Struct, frozen=True, forbid_unknown_fields=True):
    bar: str = _GREY
    look: Look = "app"
    en: str = ""
    site: str = ""
    like: str = ""
    drawn: str = ""
    screens: dict[str, _ScreenFile] = {}


class Screens:
    """All screens of all apps; `drawn` says of a picture that it is no screenshot."""

    def __init__(self, apps: Mapping[str, App], drawn: Label) -> None:
        self._apps = apps
        self.drawn = drawn
        self._of_all = apps[ANY].screens if ANY in apps else {}

    @property
    def names(self) -> Collection[str]:
        """Of all apps."""
        return self._apps.keys()

    def app(self, name: str) -> App:
        """An app by its name; one that nobody knows has a grey bar, and no screens of its own."""
        return self._apps.get(name) or App(Label(name), _GREY, "app", "", {})

    def find(self, app: str, screen: str) -> Screen | None:
        """A screen of this app, or one that all apps have."""
        own = self.app(app).screens
        return own.get(screen) or self._of_all.get(screen)

    def site(self, app: str, screen: str, tap: str) -> str:
        """What stands in the box for addresses: on a screen that begins there, the address that is tapped."""
        known, found = self.app(app), self.find(app, screen)
        if known.look != "site" or found is None:
            return ""
        return (tap if "." in tap else found.site) if found.site else known.site

    def labels(self, app: str, screen: str) -> tuple[str, ...]:
        """What stands on a screen in Vietnamese; nothing where it is not described."""
        found = self.find(app, screen)
        return tuple(control.label.vi for control in found.controls) if found else ()

    @property
    def texts(self) -> Iterator[tuple[str, str, Label]]:
        """Every text of every screen, with the app and the screen it stands on."""
        for name, app in self._apps.items():
            for screen_name, screen in app.screens.items():
                icons = [screen.icon.label] if screen.icon else []
                for label in (screen.title, *icons, *(control.label for control in screen.controls)):
                    yield name, screen_name, label

    @property
    def sites(self) -> frozenset[str]:
        """All addresses that stand in a box for addresses."""
        apps = self._apps.values()
        sites = (site for app in apps for site in (app.site, *(screen.site for screen in app.screens.values())))
        return frozenset(site for site in sites if "." in site)

    def fault(self, app: str, screen: str, tap: str) -> str:
        """What is wrong with the description of a picture, as a sentence for editors; empty where nothing is."""
        found = self.find(app, screen)
        if found is None:
            names = {*self.app(app).screens, *self._of_all}
            return f'"{app}" has no screen "{screen}" to draw; a plain one is shown.{did_you_mean(screen, names)}'
        labels = [control.label.vi for control in found.controls] + [found.icon.label.vi if found.icon else ""]
        labels.append(self.site(app, screen, tap))
        if tap and fold(tap) not in map(fold, labels):
            meant = did_you_mean(tap, filter(None, labels))
            return f'"{tap}" is no control of screen "{screen}" of "{app}"; it is added as one.{meant}'
        return ""


def read_screens(files: Iterable[tuple[str, str]]) -> Screens:
    """The screens of these files, as name and text each. Raises ContentWrong."""
    apps: dict[str, App] = {}
    drawn = Label("")
    for name, text in files:
        document = yaml_lines.read(name, text)
        for app, file in shape(document, dict[str, _AppFile]).items():
            if app in apps:
                raise wrong(document, (app,), f'"{app}" is described twice.')
            screens = {screen: _screen(document, (app, "screens", screen), it) for screen, it in file.screens.items()}
            drawn = _label(file.drawn) if file.drawn else drawn
            like = apps[file.like].screens if file.like else {}
            apps[app] = App(Label(app, file.en), file.bar, file.look, file.site, {**like, **screens})
    return Screens(apps, drawn)


def _screen(document: Document, path: YamlPath, file: _ScreenFile) -> Screen:
    controls = []
    for index, written in enumerate(file.controls):
        if len(written) != 1:
            raise wrong(document, (*path, "controls", index), "a control is one kind with its words.")
        controls += [Control(kind, _label(words)) for kind, words in written.items()]
    icons = [Icon(kind, _label(words)) for kind, words in file.icon.items()]
    return Screen(_label(file.title), tuple(controls), icons[0] if icons else None, file.site)


def _label(words: str) -> Label:
    vi, _, en = words.partition("|")
    return Label(vi.strip(), en.strip())


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
