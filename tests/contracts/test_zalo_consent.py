"""How an admin of the Official Account lets the app speak for it: a link that works, once, for an hour."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.channels.zalo_oa.consent import Consent, challenge
from bot.channels.zalo_oa.oauth import ConsentNeeded
from bot.errors import PlatformError
from tests.contracts.zalo_oa_rig import Rig, zalo_rig
from tests.emulators.zalo_oa import APP_ID


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with zalo_rig() as made:
        yield made


def consent(rig: Rig) -> Consent:
    return Consent(APP_ID, rig.zalo.url, "https://toso.example/", rig.store, rig.channel.tokens, rig.clock)


async def agreed(link: str) -> dict[str, str]:
    """An admin opens the link and agrees: what their browser brings back."""
    async with aiohttp.ClientSession() as browser, browser.get(link, allow_redirects=False) as answer:
        assert answer.status == 302
        where = answer.headers["Location"]
    assert where.startswith("https://toso.example/zalo/consent?")
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


def test_the_challenge_vector() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_a_consent_brings_tokens_again(rig: Rig) -> None:
    tokens = rig.channel.tokens
    rig.zalo.oauth.expire_refresh()
    with pytest.raises(ConsentNeeded):
        await tokens.get()
    begun = consent(rig)
    back = await agreed(await begun.link())
    await begun.finish(back["code"], back["state"])
    rig.zalo.oauth.check(await tokens.get())
    assert (await tokens.look()).refused == ""
    with pytest.raises(PlatformError, match="not begun here"):
        await begun.finish(back["code"], back["state"])


async def test_only_the_newest_link_counts_for_an_hour_and_with_its_own_state(rig: Rig) -> None:
    begun = consent(rig)
    old, new = await agreed(await begun.link()), await agreed(await begun.link())
    for code, state in ((old["code"], old["state"]), (new["code"], "guessed"), ("", new["state"]), (new["code"], "ă")):
        with pytest.raises(PlatformError, match="not begun here"):
            await begun.finish(code, state)
    rig.clock.passes(hours=1, seconds=1)
    with pytest.raises(PlatformError, match="too old"):
        await begun.finish(new["code"], new["state"])


async def test_a_code_of_another_consent_is_refused_and_what_was_stays(rig: Rig) -> None:
    token, begun = await rig.channel.tokens.get(), consent(rig)
    back = await agreed(await begun.link())
    with pytest.raises(PlatformError, match="-118"):
        await begun.finish("stolen", back["state"])
    assert (await rig.channel.tokens.look()).access == token
