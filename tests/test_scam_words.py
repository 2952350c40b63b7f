"""What a scammer writes is held back, however it is put; what helpers write is sent. By classes, and measured."""

import pytest

from bot.desk.asking import asks_for_secret
from bot.desk.links import leads_elsewhere
from bot.desk.outgoing import official_of
from tests.scam_words import HONEST, LOOK_ALIKES, NO_NAMES, SECRETS
from tests.setting import setting


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_can_be_read_as_a_site_is_held(text: str) -> None:
    assert leads_elsewhere(text, official_of(setting()))


@pytest.mark.parametrize("text", [*NO_NAMES, *HONEST])
def test_what_is_no_site_is_sent(text: str) -> None:
    assert not leads_elsewhere(text, official_of(setting()))


@pytest.mark.parametrize("text", SECRETS)
def test_what_asks_for_a_secret_is_held(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_asks_for_none_is_sent(text: str) -> None:
    assert not asks_for_secret(text)
