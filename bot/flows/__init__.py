"""The conversation flows, one a file, and who gets a message first.

To add a flow: write its file, list it here, and give it a conversation in `tests/conversations/`.
"""

from bot.flows.albums import AlbumFlow
from bot.flows.answering import AnsweringFlow
from bot.flows.beside import BesideFlow
from bot.flows.called import CalledFlow
from bot.flows.case import CaseFlow
from bot.flows.desk import DeskFlow
from bot.flows.duty import DutyFlow
from bot.flows.echo import EchoFlow
from bot.flows.flow import Flow
from bot.flows.followup import FollowUpFlow
from bot.flows.group import GroupFlow
from bot.flows.guide import GuideFlow
from bot.flows.handover import HandoverFlow
from bot.flows.hearing import HearingFlow
from bot.flows.late import LateFlow
from bot.flows.lesson import LessonFlow
from bot.flows.linking import LinkingFlow
from bot.flows.listening import ListeningFlow
from bot.flows.long_text import LongTextFlow
from bot.flows.menu import MenuFlow
from bot.flows.navigation import NavigationFlow
from bot.flows.overdue import OverdueFlow
from bot.flows.person import PersonFlow
from bot.flows.photo import PhotoFlow
from bot.flows.privacy import PrivacyFlow
from bot.flows.rate_limit import RateLimitFlow
from bot.flows.reading import ReadingFlow
from bot.flows.reminding import RemindingFlow
from bot.flows.restart import RestartFlow
from bot.flows.safety import SafetyFlow
from bot.flows.search import SearchFlow
from bot.flows.slots import SlotsFlow
from bot.flows.small_talk import SmallTalkFlow
from bot.flows.talk import TalkFlow
from bot.flows.visiting import VisitingFlow
from bot.flows.visits import VisitsFlow
from bot.flows.welcome import WelcomeFlow

GUIDE = GuideFlow()

BEFORE: tuple[Flow, ...] = (
    LateFlow(),
    RateLimitFlow(),
    DeskFlow(),
    RemindingFlow(),
    VisitingFlow(),
    BesideFlow(),
    LinkingFlow(),
    OverdueFlow(),
    CalledFlow(),
    ReadingFlow(),
    CaseFlow(),
    HandoverFlow(),
    LessonFlow(),
    DutyFlow(),
    GroupFlow(),
    FollowUpFlow(),
    HearingFlow(),
    PrivacyFlow(),
    SafetyFlow(),
    AlbumFlow(),
    RestartFlow(),
    TalkFlow(),
    EchoFlow(),
    PhotoFlow(),
    LongTextFlow(),
    WelcomeFlow(),
    SlotsFlow(),
    VisitsFlow(),
    PersonFlow(),
    ListeningFlow(),
    NavigationFlow(),
    AnsweringFlow(),
    SmallTalkFlow(),
)
"""Who may take a message before the question that waits gets it, in this order."""

AFTER: tuple[Flow, ...] = (SearchFlow(), MenuFlow())
"""Who may take what was no answer to the question that waits; the last takes everything."""

FLOWS: tuple[Flow, ...] = (*BEFORE, GUIDE, *AFTER)
