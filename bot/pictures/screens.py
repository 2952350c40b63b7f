"""The screens that pictures can show: which app, which controls, in which order. Pure: texts in, values out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

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
