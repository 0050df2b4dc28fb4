"""Whole names and numbers are for those with the right, with a reason, and on record."""

from __future__ import annotations

import dataclasses

from callcenter.domain.config import CenterConfig
from callcenter.web.masking import Sight
from callcenter.web.rendering import environment, fragment
from callcenter.web.services import WebServices
from callcenter.web.wording.words import words_for
from tests.web import samples
from tests.web.access.conftest import Acts
from tests.web.conftest import Browsers

NUMBER, NAME = "+8613800002210", "张建国"


def test_the_component_shows_only_what_it_may() -> None:
    words = words_for("en", "UTC", CenterConfig())
    env = environment("en")
    source = '{% from "components/reveal.html" import personal with context %}'
    source += '{{ personal("c&1", "caller", "138**", s) }}'
    for sight, button in ((Sight.MASKED, False), (Sight.REVEALABLE, True), (Sight.WHOLE, False)):
        html = env.from_string(source).render(_=words.gettext, s=sight)
        assert "138**" in html
        assert ("/reveal/form?contact=c%261&amp;what=caller" in html) is button
    assert fragment(words, "reveal/whole.html", contact="c", what="caller", text="<b>", seconds=60).count("<b>") == 0


async def test_revealing_takes_a_reason_and_leaves_a_trace(browser_of: Browsers, acts: Acts) -> None:
    quality = browser_of()
    await quality.sign_in("zhangli")
    contact = samples.records()[0].id
    form = await quality.get(f"/reveal/form?contact={contact}&what=caller")
    assert "138****2210" in form.text
    assert NUMBER[3:] not in form.text
    for reason, note in (("", "long enough"), ("other", "no"), ("nonsense", "long enough")):
        asked = {"contact": contact, "what": "caller", "reason": reason, "note": note}
        answer = await quality.post("/reveal", data=asked)
        assert NUMBER[3:] not in answer.text
        assert "Choose a reason" in answer.text
    assert await acts.of("unmasked") == []
    asked = {"contact": contact, "what": "caller", "reason": "complaint", "note": "rang from 138 0000 2210"}
    answer = await quality.post("/reveal", data=asked)
    assert NUMBER in answer.text
    assert "delay:60s" in answer.text
    named = await quality.post("/reveal", data={**asked, "what": "customer_name", "note": ""})
    assert NAME in named.text
    first, second = await acts.of("unmasked")
    assert (first.actor, first.subject) == ("zhangli", f"contact:{contact}")
    assert first.detail == {"field": "caller", "contact": contact, "reason": "complaint", "note": "rang from ***"}
    assert second.subject == "customer:1"
    assert "2210" not in str([first, second])
    assert NAME not in str([first, second])
    back = await quality.get(f"/reveal?contact={contact}&what=caller")
    assert "138****2210" in back.text


async def test_out_of_reach_is_not_there(browser_of: Browsers, services: WebServices, acts: Acts) -> None:
    leader, agent = browser_of(), browser_of()
    await leader.sign_in("liqiang")
    await agent.sign_in("wangfang")
    others = next(r.id for r in samples.records() if r.agent == "1007")
    ask = {"contact": others, "what": "caller", "reason": "complaint", "note": ""}
    assert (await leader.post("/reveal", data=ask)).status_code == 404
    assert (await leader.get(f"/reveal/form?contact={others}&what=caller")).status_code == 404
    assert (await leader.get("/reveal/form?contact=none&what=caller")).status_code == 404
    assert (await leader.post("/reveal", data={**ask, "what": "password"})).status_code == 404
    own = next(r.id for r in samples.records() if r.agent == "1001")
    assert (await agent.post("/reveal", data={**ask, "contact": own})).status_code == 403
    without = await leader.http.post("/reveal", data={**ask, "contact": own})
    assert without.status_code == 403
    assert (await leader.post("/reveal", data={**ask, "contact": own})).status_code == 200
    assert len(await acts.of("unmasked")) == 1


async def test_nothing_is_shown_when_it_can_not_be_put_on_record(browser_of: Browsers, services: WebServices) -> None:
    class Full:
        async def write(self, record: object) -> None:
            raise OSError("disk full")

    quality = browser_of()
    await quality.sign_in("zhangli")
    quality.http._transport.app.state.services = dataclasses.replace(services, audit=Full())  # type: ignore
    ask = {"contact": samples.records()[0].id, "what": "caller", "reason": "complaint", "note": ""}
    answer = await quality.post("/reveal", data=ask)
    assert answer.status_code == 500
    assert NUMBER[3:] not in answer.text
