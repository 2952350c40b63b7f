"""What goes wrong in pages: errors of scripts, and what the console calls one."""

import re

from playwright.async_api import BrowserContext


class PageFaults:
    """All that went wrong in the pages of one test.

    Chromium's console names failed requests and breaches of the content policy, too.
    """

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("weberror", lambda error: self._seen.append(str(error.error)))
        context.on("console", lambda message: self._seen.extend([message.text] if message.type == "error" else []))

    def expect(self, pattern: str) -> None:
        """What matches this may go wrong in this test, and has to at least once."""
        self._expected.append(re.compile(pattern))

    def check(self) -> None:
        """Raises AssertionError where something else went wrong, or what was expected did not."""
        strange = [fault for fault in self._seen if not any(each.search(fault) for each in self._expected)]
        assert not strange, f"Pages went wrong: {strange}"
        missing = [each.pattern for each in self._expected if not any(each.search(fault) for fault in self._seen)]
        assert not missing, f"Pages did not go wrong as expected: {missing}; but: {self._seen}"
