"""The words we think in: plain values without I/O, clock or chance.

Everything that is stored (`Session`, `Escalation`, `Said`, `Record`) survives JSON; the first two carry their shape
number.
"""

import msgspec
from msgspec.structs import replace

from bot.model.appointment import HOME, Appointment, AppointmentAct, decode_appointments
from bot.model.beside import (
    BANDS,
    HELPED_BESIDE,
    OUTCOMES,
    Band,
    Beside,
    Outcome,
    band_named,
    outcome_named,
    read_beside,
)
from bot.model.chat import TOPIC, Chat, Choice, Event, Timer
from bot.model.message import Aloud, Drawn, Incoming, Kind, Reply, Undelivered
from bot.model.missed import Missed, decode_missed
from bot.model.request import (
    ESCALATION_SHAPE,
    Act,
    Call,
    Deed,
    Escalation,
    Level,
    Reason,
    Record,
    Said,
    State,
    Verdict,
    What,
    Who,
    decode_escalation,
    decode_record,
    decode_said,
)
from bot.model.session import (
    NEAR,
    SESSION_SHAPE,
    Album,
    Awaited,
    Duty,
    Echo,
    Place,
    Reminder,
    Run,
    Session,
    Spoken,
    Turn,
    decode_session,
)

encode = msgspec.json.Encoder().encode

__all__ = [
    "BANDS",
    "ESCALATION_SHAPE",
    "HELPED_BESIDE",
    "HOME",
    "NEAR",
    "OUTCOMES",
    "SESSION_SHAPE",
    "TOPIC",
    "Act",
    "Album",
    "Aloud",
    "Appointment",
    "AppointmentAct",
    "Awaited",
    "Band",
    "Beside",
    "Call",
    "Chat",
    "Choice",
    "Deed",
    "Drawn",
    "Duty",
    "Echo",
    "Escalation",
    "Event",
    "Incoming",
    "Kind",
    "Level",
    "Missed",
    "Outcome",
    "Place",
    "Reason",
    "Record",
    "Reminder",
    "Reply",
    "Run",
    "Said",
    "Session",
    "Spoken",
    "State",
    "Timer",
    "Turn",
    "Undelivered",
    "Verdict",
    "What",
    "Who",
    "band_named",
    "decode_appointments",
    "decode_escalation",
    "decode_missed",
    "decode_record",
    "decode_said",
    "decode_session",
    "encode",
    "outcome_named",
    "read_beside",
    "replace",
]
