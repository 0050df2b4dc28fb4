"""Sign-in by an identity provider, against a real one on loopback that lies in every way it can."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from callcenter.app.settings import Settings
from callcenter.app.web_settings import oidc_settings
from callcenter.domain.access import Role
from callcenter.domain.errors import ConfigError
from callcenter.storage import Storage
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from callcenter.web.sessions import COOKIE
from callcenter.web.signin.oidc_settings import OidcSettings
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.access.provider import CLIENT, SECRET, Provider
from tests.web.conftest import Browser
from tests.web.doubles import SetClock


class Office:
    """The product with a provider, and browsers in front of it."""

    def __init__(self, services: WebServices, provider: Provider, **more: object) -> None:
        oidc = OidcSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET, **more)  # type: ignore[arg-type]
        settings = dataclasses.replace(services.settings, oidc=oidc)
        self.app = create_app(dataclasses.replace(services, settings=settings))

    async def arrive(self, browser: Browser, to: str = "/account") -> str:
        """Off to the provider; returns where it sends the browser back to."""
        away = await browser.get(f"/sign-in/oidc?next={to}")
        assert away.status_code == 303, away.text
        async with httpx.AsyncClient(trust_env=False) as client:
            return str((await client.get(away.headers["location"])).headers["location"])

    async def sign_in(self, to: str = "/account") -> tuple[Browser, httpx.Response]:
        browser = Browser(self.app)
        return browser, await browser.get(await self.arrive(browser, to))


async def test_a_person_signs_in_and_stays_the_same_user(services: WebServices, provider: Provider, acts: Acts) -> None:
    office = Office(services, provider)
    page = await Browser(office.app).get("/sign-in?next=/account")
    assert "/sign-in/oidc?next=/account" in page.text
    browser, answer = await office.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "wangfang" in (await browser.get("/account")).text
    provider.person = {"sub": "s-1", "preferred_username": "liqiang"}
    browser, _ = await office.sign_in()
    assert "wangfang" in (await browser.get("/account")).text
    assert [(r.act, r.detail.get("how", "")) for r in await acts.all()] == [
        ("identity_linked", ""), ("signed_in", "oidc"), ("signed_in", "oidc")
    ]  # fmt: skip
    _, away = await office.sign_in("//evil.test/x")
    assert away.headers["location"] == "/"


@pytest.mark.parametrize(
    ("lies", "algorithm"),
    [
        ({"nonce": "another"}, "RS256"),
        ({"nonce": None}, "RS256"),
        ({"aud": "somebody-else"}, "RS256"),
        ({"aud": ["somebody-else"]}, "RS256"),
        ({"aud": [CLIENT, "other"]}, "RS256"),
        ({"aud": [CLIENT, "other"], "azp": "other"}, "RS256"),
        ({"aud": None}, "RS256"),
        ({"iss": "https://evil.test"}, "RS256"),
        ({"exp": samples.NOW // 1000 - 120}, "RS256"),
        ({"exp": None}, "RS256"),
        ({"exp": "tomorrow"}, "RS256"),
        ({"iat": samples.NOW // 1000 + 600}, "RS256"),
        ({"nbf": samples.NOW // 1000 + 600}, "RS256"),
        ({"sub": None}, "RS256"),
        ({"sub": ""}, "RS256"),
        ({}, "none"),
        ({}, "HS256"),
    ],
)
async def test_what_the_provider_may_not_say(
    services: WebServices, provider: Provider, acts: Acts, lies: dict[str, object], algorithm: str
) -> None:
    provider.lies, provider.algorithm = lies, algorithm
    browser, answer = await Office(services, provider).sign_in()
    assert answer.status_code == 403
    assert "not valid here" in answer.text
    assert COOKIE not in browser.http.cookies
    assert [(r.act, r.detail["reason"]) for r in await acts.all()] == [("oidc_refused", "oidc_token")]


async def test_a_signature_by_somebody_else_is_refused_and_a_changed_key_found(
    services: WebServices, provider: Provider
) -> None:
    office = Office(services, provider)
    assert (await office.sign_in())[1].status_code == 303
    provider.turn_key()
    assert (await office.sign_in())[1].status_code == 303
    published = provider.published
    provider.turn_key()
    provider.published = published
    assert (await office.sign_in())[1].status_code == 403


async def test_an_answer_works_once_in_its_own_browser_and_in_time(services: WebServices, provider: Provider) -> None:
    office, clock = Office(services, provider), services.clock
    assert isinstance(clock, SetClock)
    browser = Browser(office.app)
    back = await office.arrive(browser)
    assert (await Browser(office.app).get(back)).status_code == 403
    query = parse_qs(urlsplit(back).query)
    assert (await browser.get(f"/sign-in/oidc/back?code={query['code'][0]}&state=forged")).status_code == 403
    assert (await browser.get(back)).status_code == 403
    assert COOKIE not in browser.http.cookies
    back = await office.arrive(browser)
    clock.now += 11 * 60_000
    assert "took too long" in (await browser.get(back)).text
    refused = await browser.get("/sign-in/oidc/back?error=access_denied")
    assert "did not let you in" in refused.text
    back = await office.arrive(browser)
    provider.codes.clear()
    assert "did not let you in" in (await browser.get(back)).text


async def test_a_wrong_verifier_is_refused_by_the_provider(services: WebServices, provider: Provider) -> None:
    office = Office(services, provider)
    browser = Browser(office.app)
    back = await office.arrive(browser)
    client = office.app.state.oidc
    key, pending = next(iter(client._pending.items()))
    client._pending[key] = dataclasses.replace(pending, verifier="x" * 64)
    assert (await browser.get(back)).status_code == 403


async def test_people_who_are_nobody_here(services: WebServices, provider: Provider, storage: Storage) -> None:
    office = Office(services, provider, name_claim="email")
    for person, said in (
        ({"sub": "s-2", "email": "wangfang"}, "has not verified"),
        ({"sub": "s-2", "email": "wangfang", "email_verified": "true"}, "has not verified"),
        ({"sub": "s-2"}, "not here"),
        ({"sub": "s-2", "email": ["wangfang"], "email_verified": True}, "not here"),
        ({"sub": "s-2", "email": "stranger", "email_verified": True}, "not here"),
        ({"sub": "s-2", "email": "chenjing", "email_verified": True}, "is disabled here"),
    ):
        provider.person = person
        answer = (await office.sign_in())[1]
        assert answer.status_code == 403
        assert said in answer.text, person
    provider.person = {"sub": "s-3", "email": "wangfang", "email_verified": True}
    assert (await office.sign_in())[1].status_code == 303


async def test_roles_follow_the_claims(services: WebServices, provider: Provider, acts: Acts) -> None:
    roles = {"cc-leaders": "supervisor", "cc-agents": "agent"}
    office = Office(services, provider, role_claim="groups", roles=roles, create_users=True)

    async def role_after(person: dict[str, object]) -> str:
        provider.person = person
        answer = (await office.sign_in())[1]
        user = await services.users.by_name(str(person["preferred_username"]))
        return user.role if user is not None else f"refused: {answer.status_code}"

    person: dict[str, object] = {"sub": "s-1", "preferred_username": "wangfang", "name": "王芳"}
    assert await role_after({**person, "groups": ["x", "cc-leaders", "cc-agents"]}) == "supervisor"
    assert await role_after({**person, "groups": "cc-agents"}) == "agent"
    assert await role_after({**person, "groups": ["x", {"y": 1}]}) == "agent"
    assert await role_after({"sub": "n-1", "preferred_username": "new.one", "groups": ["cc-agents"]}) == "agent"
    assert await role_after({"sub": "n-2", "preferred_username": "new.two", "groups": ["x"]}) == "refused: 403"
    assert await role_after({"sub": "n-3", "preferred_username": "<script>", "groups": ["cc-agents"]}) == "refused: 403"
    changed = await acts.of("user_changed")
    assert [(r.actor, r.detail["after"]) for r in changed] == [
        ("oidc", {"role": "supervisor"}), ("oidc", {"role": "agent"})
    ]  # fmt: skip
    assert await role_after({"sub": "a", "preferred_username": "admin", "groups": ["cc-agents"]}) == "administrator"


async def test_a_provider_that_is_not_there_is_said_and_the_password_still_works(
    services: WebServices, provider: Provider
) -> None:
    provider.named_issuer = "https://evil.test"
    office = Office(services, provider)
    answer = await Browser(office.app).get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    gone = Office(services, provider)
    gone.app.state.oidc.settings = dataclasses.replace(gone.app.state.oidc.settings, issuer="http://127.0.0.1:9")
    assert (await Browser(gone.app).get("/sign-in/oidc")).status_code == 503
    assert (await Browser(gone.app).sign_in("wangfang")).status_code == 303
    without = Browser(create_app(services))
    assert (await without.get("/sign-in/oidc")).status_code == 404


async def test_the_second_factor_is_asked_for_here_too(services: WebServices, provider: Provider) -> None:
    user = await services.users.by_name("wangfang")
    assert user is not None
    assert user.role == Role.AGENT
    from callcenter.web.signin.second_factor import new_factor

    await services.credentials.set_second_factor(msgspec.structs.replace(new_factor(user), confirmed=True))
    browser, answer = await Office(services, provider).sign_in()
    assert answer.headers["location"].startswith("/sign-in/code")
    assert COOKIE not in browser.http.cookies


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"oidc_issuer": "http://id.bank.example"}, "CALLCENTER_OIDC_ISSUER"),
        ({"oidc_issuer": "id.bank.example"}, "CALLCENTER_OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.bank.example"}, "CALLCENTER_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "https://id.bank.example", "oidc_client_id": "x"}, "CALLCENTER_OIDC_CLIENT_SECRET"),
    ],
)
def test_settings_by_halves_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        oidc_settings(Settings(**given))  # type: ignore[arg-type]
    assert oidc_settings(Settings()) is None
