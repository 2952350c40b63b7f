"""The conversation flows, one a file, and who gets a message first.

To add a flow: write its file, list it here, and give it a conversation in `tests/conversations/`.
"""

from bot.flows.appointments import RemindingFlow, SlotsFlow, VisitsFlow
from bot.flows.flow import Flow
from bot.flows.followup import FollowUpFlow
from bot.flows.group_chat import GroupFlow
from bot.flows.guide import GuideFlow
from bot.flows.help_request import PersonFlow
from bot.flows.live_chat import TalkFlow
from bot.flows.menu import MenuFlow, NavigationFlow
from bot.flows.privacy import PrivacyFlow
from bot.flows.rate_limit import AlbumFlow, LateFlow, LongTextFlow, RateLimitFlow
from bot.flows.request_actions import DeskFlow
from bot.flows.request_timers import OverdueFlow
from bot.flows.safety import PhotoFlow, SafetyFlow
from bot.flows.search import AnsweringFlow, SearchFlow
from bot.flows.small_talk import SmallTalkFlow
from bot.flows.voice import EchoFlow, HearingFlow, ListeningFlow
from bot.flows.volunteer.appointments import VisitingFlow
from bot.flows.volunteer.assisted_session import BesideFlow
from bot.flows.volunteer.case import CaseFlow
from bot.flows.volunteer.home import DutyFlow, LinkingFlow
from bot.flows.volunteer.notifications import CalledFlow
from bot.flows.volunteer.recording import ReadingFlow
from bot.flows.volunteer.transfer import HandoverFlow, LessonFlow
from bot.flows.welcome import RestartFlow, WelcomeFlow

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
