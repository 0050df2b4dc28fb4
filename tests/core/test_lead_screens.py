"""What agents and supervisors see of a campaign's lead."""

from __future__ import annotations

import pytest

from callcenter.core.views import desk_view, floor_view
from callcenter.domain.campaigns import CampaignMode
from callcenter.web import i18n
from callcenter.web.desk.regions import part_of, render_regions
from callcenter.web.wording.words import words_for
from tests.core.campaign_centre import PERSON, a_centre, call_lead, pick_up
from tests.core.centre import Centre

SCRIPT = "您好，这里是未来银行。\n1. 请问是您本人吗？ <b>"


def drawn(centre: Centre) -> tuple[str, dict[str, str]]:
    """The agent's part, and their page's regions."""
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    (card,) = view.contacts
    i18n.compile_catalogues(only_stale=True)
    words = words_for("zh", "Asia/Shanghai", centre.center.state.config)
    return part_of(view, card), render_regions(words, view, None, desk="desk-1001", telephony_up=True)


@pytest.mark.parametrize("mode", [CampaignMode.PREVIEW, CampaignMode.PROGRESSIVE])
def test_the_agent_sees_campaign_script_and_list_from_the_offer_on(mode: CampaignMode) -> None:
    centre = a_centre(mode, script=SCRIPT)
    contact = call_lead(centre, name="王小明", variables={"额度": "50000"}, tried={"busy": 1})
    centre.ready("1001")
    part, page = drawn(centre)
    assert part == "offered"
    assert "贷款" in page["work"]
    assert "第 2 次" in page["work"]
    assert "王小明" not in page["work"] + page["conversation"] + page["so_far"], "not before it is theirs"
    assert "请问是您本人吗？ &lt;b&gt;" in page["conversation"]
    assert "50000" in page["so_far"]
    centre.answer(contact)
    part, page = drawn(centre)
    assert part == "dialling"
    assert "正在呼叫客户" in page["work"]
    assert "王小明" in page["work"]
    pick_up(centre, contact)
    part, page = drawn(centre)
    assert part == "talking"
    assert "请问是您本人吗" in page["conversation"]
    assert PERSON not in "".join(page.values())
    centre.hang_up(contact)
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    assert view.wrap_ups[0].contact.lead is not None


def test_the_floor_counts_leads_that_wait_for_an_agent_apart_from_those_on_the_line() -> None:
    centre = a_centre(CampaignMode.PROGRESSIVE)
    call_lead(centre)
    queue = next(q for q in floor_view(centre.center, centre.now).queues if q.id == "general")
    assert (queue.waiting, queue.callbacks_waiting) == (0, 1)
