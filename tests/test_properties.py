"""Whatever people do, in whatever order: the engine answers, and what it keeps and shows stays within bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import model
from bot.channels.telegram.channel import TelegramChannel
from bot.engine.engine import advance
from bot.engine.environment import World
from bot.engine.presenter import pieces, present
from bot.engine.queries import (
    AppointmentDone,
    AppointmentsKept,
    Ask,
    Booked,
    CalledOff,
    Done,
    FactNeeded,
    LineOf,
    LoadsOf,
    OpenFor,
    RequestOf,
    ThreadOf,
)
from bot.engine.texts import ADDRESSES
from bot.flows import FLOWS
from bot.model import (
    Appointment,
    Chat,
    Choice,
    Duty,
    Escalation,
    Incoming,
    Kind,
    Place,
    Reply,
    Run,
    Session,
    Turn,
    Verdict,
    decode_session,
    encode,
)
from bot.nlu.commands import ANSWERS, COMMANDS
from bot.simulator.player import START
from tests.setting import setting

SESSION_BYTES = 4096
PAYLOAD_BYTES = 64
BUTTONS = 8
CHAT = Chat("telegram", "1", "1")
DAY = 24 * 3600

LABELS = sorted(
    {label for guide in setting().library.all() for words in guide.words.values()
     for step in words.steps.values() for label in step.labels.values()}
    | {words.title for guide in setting().library.all() for words in guide.words.values()}
)  # fmt: skip
ASKED = sorted({ask for guide in setting().library.all() for words in guide.words.values() for ask in words.ask_like})
HOSTILE = (
    "{{ you }}", "{% for x in y %}", "{{ ''.__class__.__mro__ }}", "%s %d %(x)s", "\x00", "\u202e123", "\ufe0f\u20e3",
    "<b>1</b>", "/start", "/start ../../etc/passwd", "/start lua-dao", "①", "１", "số 1", "một", "1.", "-1", "0" * 50,
    "a:b:c", "\n" * 100, "🙂" * 200, "x" * 10_000, "\x01" * 500, "mã otp là 123456", "mật khẩu của tôi là abc123",
    "079203001234", "4111 1111 1111 1111", "tôi vừa chuyển tiền cho lừa đảo", "cứu tôi với mất hết tiền rồi",
)  # fmt: skip
KINDS: Sequence[Kind] = ("picture", "voice", "sticker", "file", "edited", "gone")


@dataclass
class Said:
    """A text, typed in private or to the bot in a group."""

    text: str
    group: bool = False


@dataclass
class Pressed:
    """A button that was shown: of the last message, or of any before it."""

    number: int
    old: bool


@dataclass
class Forged:
    """A press with a payload that nobody may have made."""

    payload: str


@dataclass
class Sent:
    """Something that is no text."""

    kind: Kind


@dataclass
class Waited:
    """A pause; timers that come due on the way ring."""

    seconds: int


Act = Said | Pressed | Forged | Sent | Waited

texts = st.one_of(
    st.sampled_from(["0", "1", "2", "3", "4", "5", "6", "9"]),
    st.sampled_from(sorted(COMMANDS)),
    st.sampled_from(sorted(word for words in ANSWERS.values() for word in words)),
    st.sampled_from(LABELS),
    st.sampled_from(ASKED),
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
)
marks = st.one_of(st.sampled_from(["", "00000000", Session().mark]), st.text("0123456789abcdef", max_size=8))
acts = st.one_of(
    st.builds(Said, texts),
    st.builds(Pressed, st.integers(0, 7), st.just(False)),
    st.builds(Pressed, st.integers(0, 7), st.just(False)),
    st.builds(Pressed, st.integers(0, 100), st.just(True)),
    st.builds(Said, texts, st.just(True)),
    st.builds(Forged, st.one_of(st.text(max_size=64), st.builds(lambda mark, id_: f"{mark}:{id_}", marks, texts))),
    st.builds(Sent, st.sampled_from(KINDS)),
    st.builds(Waited, st.one_of(st.integers(0, 3600), st.integers(0, 100 * DAY))),
)


@dataclass
class Resident:
    """A conversation as the app keeps it: the session only as JSON, timers by name, buttons as the phone shows them."""

    saved: bytes = field(default_factory=lambda: encode(Session()))
    now: int = START
    timers: dict[str, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    newest: list[str] = field(default_factory=list)
    count: int = 0
    apologies: bool = False

    def do(self, act: Act) -> None:
        """Act, and check what came of it."""
        match act:
            case Said(text, group):
                self._expect_answer(self.hear("text", text=text, group=group))
            case Forged(payload):
                self._expect_answer(self.hear("press", choice=payload))
            case Sent(kind):
                self._expect_answer(self.hear(kind))
            case Pressed(number, old) if payloads := self.shown if old else self.newest:
                self._expect_answer(self.hear("press", choice=payloads[number % len(payloads)]))
            case Waited(seconds):
                self._wait(self.now + seconds)

    def hear(self, kind: Kind, *, text: str = "", choice: str = "", group: bool = False) -> Turn:
        """Answer one message, and keep what the app would keep."""
        self.count += 1
        id_ = f"{self.count:036}"
        incoming = Incoming(id_, CHAT, kind, text, choice, group=group)
        turn = self._advance(incoming)
        assert self.apologies or all(event.name != "failed" for event in turn.events)
        self.saved = encode(turn.session)
        assert decode_session(self.saved) == turn.session
        assert len(self.saved) < SESSION_BYTES
        assert turn.answers == id_
        for timer in turn.timers:
            self.timers.pop(timer.name, None)
            if timer.at:
                self.timers[timer.name] = timer.at
        for reply in turn.replies:
            self._look_at(reply)
        return turn

    def _advance(self, incoming: Incoming) -> Turn:
        known: dict[Ask, object] = {}
        while True:
            world = World(setting(), self.now, lambda: "A0001", "https://t.me/ToSoMauBot", known)
            try:
                return advance(decode_session(self.saved), incoming, world)
            except FactNeeded as needed:
                known[needed.ask] = IN_STORE.get(type(needed.ask), "")

    def _look_at(self, reply: Reply) -> None:
        assert reply.text.strip()
        assert len(reply.choices) <= BUTTONS
        payloads = [reply.payload(choice) for choice in reply.choices]
        assert all(len(payload.encode()) <= PAYLOAD_BYTES for payload in payloads)
        assert len({choice.digit for choice in reply.choices}) == len(reply.choices)
        for piece in pieces(reply, TelegramChannel.capabilities):
            assert 0 < len(present(piece, TelegramChannel.capabilities).text) <= 4096
        self.shown += payloads
        self.newest = payloads or self.newest

    def _expect_answer(self, turn: Turn) -> None:
        assert turn.replies or turn.events or turn.said, "met with silence"

    def _wait(self, until: int) -> None:
        while due := [(at, name) for name, at in self.timers.items() if at <= until]:
            at, name = min(due)
            self.now = max(self.now, at)
            del self.timers[name]
            self.hear("timer", text=name)
        self.now = until


@settings(max_examples=400, deadline=None)
@given(st.lists(acts, max_size=40))
@example([Said("chào"), Said("1"), Said("bác"), *[Said("\x01" * 500)] * 8])
@example([Said("chào"), Said("1"), Said("bác"), *[Said("🙂" * 200)] * 8, Said("gặp người"), Waited(DAY)])
def test_whatever_people_do_is_answered_within_bounds(doings: list[Act]) -> None:
    resident = Resident()
    for act in doings:
        resident.do(act)


@settings(max_examples=100, deadline=None)
@given(st.lists(acts, max_size=15), texts)
def test_the_same_message_gets_the_same_turn(doings: list[Act], text: str) -> None:
    resident = Resident()
    for act in doings:
        resident.do(act)
    before = resident.saved
    first = resident.hear("text", text=text)
    resident.saved = before
    resident.count -= 1
    assert resident.hear("text", text=text) == first


REQUEST = Escalation(code="A0001", chat=CHAT, opened_at=START, team="to-mau-a", state="held", holder="hoa")
APPOINTMENT = Appointment(
    slot="home:to-mau-b/2026-11-28/1400", at=START + 3 * DAY, team="to-mau-b", code="X0001", chat=CHAT, where="số 5"
)
IN_STORE: dict[type, object] = {
    LineOf: 1,
    RequestOf: REQUEST,
    ThreadOf: ((1, model.Said(START, "resident", "cháu ơi")), (2, model.Said(START, "bot", "taken", "hoa"))),
    OpenFor: (REQUEST,),
    LoadsOf: {},
    Done: Verdict("taken", "hoa", REQUEST),
    AppointmentsKept: (APPOINTMENT,),
    Booked: APPOINTMENT,
    CalledOff: APPOINTMENT,
    AppointmentDone: Verdict("taken", "hoa"),
}
"""What the store answers, whatever a conversation asks of it; everything else is answered by nothing."""

OFFERED = [Choice(id_, id_, digit) for id_, digit in (("yes", "1"), ("no", "2"), ("back", "9"), ("menu", "0"))]
places = st.builds(Place, st.sampled_from([*(flow.name for flow in FLOWS), "long_gone"]), st.text(max_size=20))
runs = st.builds(
    Run,
    st.sampled_from([*(guide.id for guide in setting().library.all()), "long-gone"]),
    st.integers(0, 9),
    st.text(max_size=10),
    st.lists(st.text(max_size=10), max_size=3).map(tuple),
)
strange_sessions = st.builds(
    Session,
    lang=st.sampled_from(["vi", "en", "fr", ""]),
    you=st.sampled_from(["", *ADDRESSES, "long_gone"]),
    consent=st.sampled_from(["", "yes", "no"]),
    place=st.none() | places,
    offered=st.lists(st.sampled_from(OFFERED), max_size=4, unique_by=lambda choice: choice.digit).map(tuple),
    run=st.none() | runs,
    wants=st.text(max_size=20),
    request=st.sampled_from(["", "A0001"]),
    helper=st.sampled_from(["", "hoa", "long-gone"]),
    duty=st.none() | st.just(Duty("hoa", read={"A0001": 1})),
    heard_at=st.sampled_from([0, START - 5 * DAY, START]),
)


@settings(max_examples=400, deadline=None)
@given(strange_sessions, acts)
def test_a_session_that_no_longer_fits_is_answered_all_the_same(session: Session, act: Act) -> None:
    """What another version of the app or of a guide left behind may cost an apology, never silence."""
    Resident(encode(session), apologies=True).do(act)
