"""A voice that an admin's own program makes: nothing speaks unless a setting names that program."""

import asyncio
import logging
import os
import shlex
from contextlib import suppress

from bot.audio.recording_repository import UPLOAD_BYTES

_SECONDS = 60.0
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath}
"""No secret of ours: a program elsewhere than in /usr/bin is named with its folder."""
_log = logging.getLogger("toso.voice")


class CommandSpeaker:
    """Runs `command`, in which `{lang}` stands for the language (`vi`, `en`).

    The program gets the words on its input as UTF-8, and writes a recording, for example WAV, to its output.
    """

    def __init__(self, command: str) -> None:
        self._command = command

    async def speak(self, words: str, lang: str) -> bytes | None:
        """The words as a recording; None where the program makes none, which the log explains."""
        program, *arguments = [part.replace("{lang}", lang) for part in shlex.split(self._command)]
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                program, *arguments, stdin=pipe, stdout=pipe, env=_ENVIRONMENT
            )
        except OSError as error:
            _log.error("TOSO_SPEAKER cannot be run: %s", error)
            return None
        try:
            recording, _ = await asyncio.wait_for(process.communicate(words.encode()), _SECONDS)
        except TimeoutError:
            _log.error("TOSO_SPEAKER did not end within %d seconds", _SECONDS)
            return None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()  # also what nobody reads any more
        if process.returncode or not 0 < len(recording) <= UPLOAD_BYTES:
            _log.error("TOSO_SPEAKER made no recording: it ended with %s", process.returncode)
            return None
        return recording
