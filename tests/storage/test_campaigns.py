"""The store of campaigns, their attempts and who may not be called; attempts come with the journal."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from msgspec.structs import replace

from callcenter.domain.campaign_events import LeadCalled
from callcenter.domain.campaign_facts import LeadSettled, LeadTaken
from callcenter.domain.campaign_records import Campaign, CampaignSpec, CampaignState, Funnel, OptOut, PastAttempts
from callcenter.domain.campaigns import Outcome
from callcenter.domain.errors import Rejected
from callcenter.domain.journal import JournalEntry
from callcenter.domain.leads import LeadState, NewLead
from callcenter.storage import Storage
from callcenter.storage.lead_writer import LeadWriter

DAY = 86_400_000
NOON = 20_000 * DAY + DAY // 2
NUMBER = "+8613900000001"
SPEC = CampaignSpec(names={"zh": "贷款", "en": "Loans"}, goal="呼叫", script="您好\n“'")


class Books:
    """Writes attempts as the engine does: taken and settled, each with its entry."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.numbers = storage, itertools.count(1)
        self.seq = 0

    async def write(self, at_ms: int, fact: LeadTaken | LeadSettled) -> None:
        self.seq += 1
        event = LeadCalled(contact=fact.contact, campaign=fact.campaign, lead=fact.lead, number=fact.number)
        await self.storage.journal.append([JournalEntry(self.seq, at_ms, event, (fact,), (fact.contact,))], 0)

    async def taken(self, at_ms: int, lead: int, number: str = NUMBER, campaign: str = "loan") -> str:
        contact = f"o{next(self.numbers)}"
        its = {"contact": contact, "campaign": campaign, "lead": lead, "number": number, "attempt": 1}
        await self.write(at_ms, LeadTaken(**its, verdict={"verdict": "allow"}))
        return contact

    async def settled(
        self, at_ms: int, contact: str, lead: int, outcome: Outcome, state: LeadState, **more: object
    ) -> None:
        its = {"contact": contact, "campaign": "loan", "lead": lead, "number": NUMBER, "attempt": 1, **more}
        await self.write(at_ms, LeadSettled(**its, outcome=outcome, state=state))  # type: ignore[arg-type]

    async def attempt(self, at_ms: int, lead: int, outcome: Outcome, state: LeadState, **more: object) -> None:
        await self.settled(at_ms + 1_000, await self.taken(at_ms, lead), lead, outcome, state, **more)


async def one_lead(storage: Storage, url: str) -> int:
    made = await storage.leads.add_list("loan", "list", "list.csv", "hash", "leader", 5)
    writer = LeadWriter(url, "loan", made.id)
    await asyncio.to_thread(writer.add, [NewLead(2, NUMBER)], (), 1)
    writer.close()
    (lead,) = await storage.leads.page("loan")
    return lead.id


async def test_a_campaign_is_kept_and_whoever_saw_an_older_one_is_told(storage: Storage) -> None:
    first = await storage.campaigns.save(Campaign(id="loan", spec=SPEC, requested_by="li"), 10)
    assert (first.version, first.changed_ms) == (1, 10)
    second = await storage.campaigns.save(replace(first, state=CampaignState.RUNNING), 20)
    assert await storage.campaigns.get("loan") == second
    for stale in (first, replace(first, version=0)):
        with pytest.raises(Rejected) as refused:
            await storage.campaigns.save(stale, 30)
        assert refused.value.code == "stale"
    other = await storage.campaigns.save(Campaign(id="card", spec=SPEC), 15)
    assert await storage.campaigns.listed() == [second, other]
    assert await storage.campaigns.in_state(CampaignState.RUNNING) == [second]
    assert await storage.campaigns.in_state(CampaignState.PAUSED) == []
    assert await storage.campaigns.get("none") is None


async def test_attempts_and_the_lead_come_with_the_journal(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    contact = await books.taken(NOON, lead)
    found = await storage.leads.get(lead)
    assert found is not None
    assert (found.state, found.attempt, found.attempts) == (LeadState.IN_ATTEMPT, contact, 1)
    assert await storage.campaigns.tried(lead) == {}
    await books.settled(NOON + 1, contact, lead, Outcome.BUSY, LeadState.WAITING, due_ms=NOON + 600_000)
    found = await storage.leads.get(lead)
    assert found is not None
    assert (found.state, found.due_ms, found.last_outcome) == (LeadState.WAITING, NOON + 600_000, "busy")
    assert await storage.campaigns.tried(lead) == {"busy": 1}


async def test_a_lead_that_was_not_dialled_is_ready_again_and_counts_nowhere(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    await books.attempt(NOON, lead, Outcome.NO_AGENT, LeadState.READY, dialled=False)
    found = await storage.leads.get(lead)
    assert found is not None
    assert (found.state, found.attempts, found.attempt) == (LeadState.READY, 0, "")
    assert await storage.campaigns.tried(lead) == {}
    assert await storage.campaigns.funnel("loan", 0) == Funnel()


async def test_a_time_that_was_agreed_is_kept_by_the_same_agent(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    more = {"due_ms": NOON + DAY, "agent": "1001"}
    await books.attempt(NOON, lead, Outcome.CALL_AGAIN, LeadState.WAITING, **more)
    found = await storage.leads.get(lead)
    assert found is not None
    assert (found.owner, found.reason, found.due_ms) == ("agent:1001", "promised", NOON + DAY)


async def test_past_attempts_are_of_the_person_over_all_campaigns(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    for at, outcome in (
        (NOON - 8 * DAY, Outcome.PROMISED),
        (NOON - 3 * DAY, Outcome.ANSWERED),
        (NOON - 3_600_000, Outcome.NO_ANSWER),
        (NOON - 1_800_000, Outcome.LOST),
        (NOON - 60_000, Outcome.BUSY),
    ):
        await books.attempt(at, lead, outcome, LeadState.WAITING, due_ms=at + 10)
    midnight = NOON - DAY // 2
    assert await storage.campaigns.past(NUMBER, NOON, midnight) == PastAttempts(
        calls_7d=3, connected_today=0, unanswered_today=2, failures_in_row=2, last_talk_ms=NOON - 3 * DAY
    )
    assert await storage.campaigns.past("+8613900000002", NOON, midnight) == PastAttempts()


async def test_the_funnel_counts_dialled_attempts_by_outcome_and_those_of_today(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    for at, outcome in ((NOON - DAY, Outcome.BUSY), (NOON, Outcome.BUSY), (NOON + 1_000_000, Outcome.PROMISED)):
        await books.attempt(at, lead, outcome, LeadState.DONE)
    funnel = await storage.campaigns.funnel("loan", NOON - DAY // 2)
    more = {"today": {"busy": 1, "promised": 1}, "line_ms": 3_000, "first_today_ms": NOON}
    assert funnel == Funnel(dialled=3, outcomes={"busy": 2, "promised": 1}, **more)


async def test_who_opted_out_stays_so_with_the_first_proof(storage: Storage, url: str) -> None:
    lead, books = await one_lead(storage, url), Books(storage)
    assert await storage.campaigns.opted_out(NUMBER) is None
    await books.attempt(NOON, lead, Outcome.OPTED_OUT, LeadState.OPTED_OUT)
    await storage.campaigns.opt_out(OptOut(NUMBER, NOON + DAY, "user:li", "by letter"))
    proof = await storage.campaigns.opted_out(NUMBER)
    assert proof is not None
    assert (proof.source, proof.at_ms) == ("o1", NOON + 1_000)
    found = await storage.leads.get(lead)
    assert found is not None
    assert found.state is LeadState.OPTED_OUT
