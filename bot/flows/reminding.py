"""What a resident hears of an appointment by itself: reminders, who comes, and that the team called it off."""

from typing_extensions import override

from bot.desk.booking import who_comes
from bot.desk.meeting import note, place, when
from bot.desk.reminders import forget_reminders, reminder, set_reminders
from bot.flows.flow import Flow
from bot.model import Appointment
from bot.scene import Move, Next, Scene


class RemindingFlow(Flow):
    """Takes due times and news of appointments. What means nothing any more is let go."""

    name = "reminding"

    @override
    def take(self, scene: Scene) -> Move | None:
        call = scene.incoming.call
        if call and call.to == "resident":
            found = self._own(scene, call.code)
            return self._news(scene, found) if found else Next.SAID
        code, which = reminder(scene.incoming.text) if scene.incoming.kind == "timer" else ("", "")
        if not code:
            return None
        found = self._own(scene, code)
        if found is None or found.state != "booked" or found.at <= scene.world.now:
            return Next.SAID
        return self._remind(scene, found, which)

    def _own(self, scene: Scene, code: str) -> Appointment | None:
        return next((each for each in scene.own_appointments if each.code == code), None)

    def _remind(self, scene: Scene, appointment: Appointment, which: str) -> Move:
        """Where nobody comes yet, the team hears of it when it opens, and who decides about it when time runs out."""
        roster, code = scene.setting.roster, appointment.code
        nobody = appointment.at_home and who_comes(roster, appointment) is None
        if which == "open":
            if nobody:
                scene.call(code, f"team:{appointment.team}", "visit")
            return Next.SAID
        scene.note("appointment_reminded", which)
        decide = (roster.leads(appointment.team) or roster.admins()) if nobody else ()
        for each in decide:
            scene.call(code, f"volunteer:{each.id}", "visit")
        told = any(roster.chats_of(each) for each in decide)
        return self._say(
            scene, "visits.remind_home" if appointment.at_home else "visits.remind", appointment, told=told
        )

    def _news(self, scene: Scene, appointment: Appointment) -> Move:
        if appointment.state == "off":
            forget_reminders(scene, appointment.code)
            return self._say(scene, "visits.off_by_team", appointment)
        if appointment.state != "booked" or not appointment.at_home:
            return Next.SAID
        set_reminders(scene, appointment)  # also of its team, where that is closed and nobody comes now
        if who_comes(scene.setting.roster, appointment):
            return self._say(scene, "visits.helper_comes", appointment)
        scene.call(appointment.code, f"team:{appointment.team}", "visit")
        return self._say(scene, "visits.helper_left", appointment)

    def _say(self, scene: Scene, name: str, appointment: Appointment, *, told: bool = True) -> Move:
        """`told`: who decides about it was told."""
        voice, ward = scene.voice, scene.setting.ward
        helper = who_comes(scene.setting.roster, appointment)
        return scene.tell(
            name,
            code=appointment.code,
            door=appointment.read_out,
            when=when(voice, appointment, scene.world.now),
            place=place(voice, ward, appointment),
            name=helper.name if helper else "",
            note=note(ward, appointment),
            told=told,
        )
