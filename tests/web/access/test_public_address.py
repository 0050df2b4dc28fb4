"""Links that leave the pages name the address that people reach them by, whatever a request calls itself."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from callcenter.web.services import WebServices
from tests.web.access.provider import Provider
from tests.web.access.test_oidc import Office
from tests.web.conftest import Browser

PUBLIC = "https://cc.bank.example"


@pytest.fixture
def services(services: WebServices) -> WebServices:
    return dataclasses.replace(services, settings=dataclasses.replace(services.settings, public_address=PUBLIC))


async def test_an_invitation_leads_to_the_public_address(
    browser_of: Callable[..., Browser], services: WebServices
) -> None:
    admin = browser_of()
    await admin.sign_in("admin")
    user = await services.users.by_name("wangfang")
    assert user is not None
    answer = await admin.post(f"/users/{user.id}/invite", data={})
    assert re.findall(r"<code>(.*)/welcome/", answer.text) == [PUBLIC]


async def test_the_identity_provider_sends_people_back_there(services: WebServices, provider: Provider) -> None:
    browser = Browser(Office(services, provider).app)
    away = await browser.get("/sign-in/oidc")
    assert parse_qs(urlsplit(away.headers["location"]).query)["redirect_uri"] == [f"{PUBLIC}/sign-in/oidc/back"]
