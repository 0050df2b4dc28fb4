"""People are called by the name shown, wherever their acts are, and by the new one after a change."""

from __future__ import annotations

import msgspec
from fastapi import FastAPI

from callcenter.web.people import People
from callcenter.web.services import WebServices
from callcenter.web.users.changes import UserChanges
from tests.web import floor_samples
from tests.web.conftest import Browser
from tests.web.people_doubles import UserList


class Counting(UserList):
    """Counts what it is asked."""

    asked = 0

    async def by_name(self, name: str):  # type: ignore[no-untyped-def]
        self.asked += 1
        return await super().by_name(name)


async def test_a_name_is_looked_up_once_and_again_after_a_change() -> None:
    users = Counting()
    people = People(users)
    await people.learn(["liqiang", "", "liqiang"])
    await people.learn(["liqiang"])
    assert (users.asked, dict(people.shown)) == (1, {"liqiang": "liqiang"}), "nobody of that name: it is kept as it is"
    people.forget("liqiang")
    await people.learn(["liqiang"])
    assert users.asked == 2


async def test_the_floor_calls_people_by_the_name_shown(services: WebServices, app: FastAPI) -> None:
    floor_samples.furnish(services)
    leader = Browser(app)
    await leader.sign_in("liqiang")
    page = (await leader.get("/floor?lang=en")).text
    assert "李强 looks after it" in page
    assert "closed by 李强" in page
    assert "liqiang" not in page
    assert "Card loss" in page, "skills are called by their names in the filter"
    user = await services.users.by_name("liqiang")
    assert user is not None
    changes = UserChanges(services, "admin")
    await changes.edit(user, msgspec.structs.replace(user, display_name="李强（夜班）"))
    assert "李强（夜班） looks after it" in (await leader.get("/floor?lang=en")).text
    await leader.http.aclose()
