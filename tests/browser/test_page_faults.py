"""Whatever goes wrong in a page fails the test that caused it, unless the test says so."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser.faults import PageFaults
from tests.contracts.web_site import Site

pytestmark = pytest.mark.browser

FAULTS = {
    "an error": ("() => setTimeout(() => { throw new Error('broken on purpose'); })", "broken on purpose"),
    "a rejection": ("() => { Promise.reject(new Error('broken on purpose')); }", "broken on purpose"),
    "a word on the console": ("() => console.error('broken on purpose')", "broken on purpose"),
    "a script that is not there": ("() => import('/static/x/nothing.js').catch(() => {})", "404"),
    "a picture that is not there": ("() => { new Image().src = '/static/x/nothing.png'; }", "404"),
    "a script in the page": (
        "() => document.head.append(Object.assign(document.createElement('script'), {textContent: 'alert(1)'}))",
        "Content Security Policy",
    ),
    "a request to elsewhere": ("() => fetch('http://127.0.0.2:9/').catch(() => {})", "Content Security Policy"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_it_is_seen_in_every_page(browser: Browser, site: Site, page_faults: PageFaults, fault: str) -> None:
    script, says = FAULTS[fault]
    page_faults.expect(says)
    async with await browser.new_context(base_url=site.address) as context:
        page = await context.new_page()
        await page.goto("/")
        await page.locator("#choices button").first.wait_for()
        async with context.expect_event("weberror" if "broken" in says and "console" not in script else "console"):
            await page.evaluate(script)


async def test_what_nobody_expected_or_what_did_not_come_fails(phone: Page) -> None:
    faults = PageFaults()
    faults.watch(phone.context)
    faults.check()
    faults.expect("never")
    with pytest.raises(AssertionError, match="did not go wrong as expected"):
        faults.check()
