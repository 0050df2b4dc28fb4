"""Each bad configuration is refused, with the place, what, and the mend in both languages."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callcenter.app.demo import demo_config
from callcenter.core.prompts import SENTENCES as CENTRE_SENTENCES
from callcenter.domain.access import Right, RoleConfig, Scope
from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.config import (
    AgentConfig,
    Announcements,
    Calendar,
    CallbackRule,
    CenterConfig,
    ChannelConfig,
    ChatLimits,
    ChatTokenKey,
    FormField,
    Interval,
    Overflow,
    Reason,
    Relaxation,
    RetryAfter,
    SkillRequirement,
    Team,
)
from callcenter.domain.knowledge import Article
from callcenter.routing.check import Known, check, said
from callcenter.routing.check_sentences import SENTENCES

FLOWS = frozenset({"hotline", "elder", "regulator", "survey", "callback", "chat"})
USED = {"queue:regulator": ("regulator",)}
IN_USE = Known(used={"queue:regulator": ("regulator",), "calendar:service_hours": ("hotline", "elder")})
KNOWN = Known(
    calendars=frozenset({"service_hours"}),
    used=USED,
    flows=FLOWS,
    sentences=CENTRE_SENTENCES,
    sounds=frozenset({"uploaded/a"}),
    this_year=2026,
    chat_keys=frozenset({"BANK"}),
)
NET = Known(flows=FLOWS)
WEEK = tuple(Interval(day, 540, 1080) for day in range(5))
SKILLS = ("general", "credit_card", "card_loss", "elder", "dialect", "complaint", "english")
NAMES = {"zh": "名", "en": "Name"}


def put(config: CenterConfig, section: str, key: str, **fields: Any) -> CenterConfig:
    table = getattr(config, section)
    return msgspec.structs.replace(config, **{section: {**table, key: msgspec.structs.replace(table[key], **fields)}})


def queue(**fields: Any) -> CenterConfig:
    return put(demo_config(), "queues", "general", **fields)


def agent(**fields: Any) -> CenterConfig:
    return put(demo_config(), "agents", "1001", **fields)


def whole(**fields: Any) -> CenterConfig:
    return msgspec.structs.replace(demo_config(), **fields)


def calendar(**fields: Any) -> CenterConfig:
    given: dict[str, Any] = {"id": "c", "timezone": "Asia/Shanghai", "hours": WEEK, "years": (2026,)} | fields
    return whole(calendars={"c": Calendar(**given)})


def articles(*several: dict[str, Any]) -> CenterConfig:
    def made(at: int, fields: dict[str, Any]) -> Article:
        asked = {"zh": f"问题{at}", "en": f"Question {at}"}
        return Article(**{"id": f"a{at}", "questions": asked, "answers": NAMES} | fields)

    return whole(articles=tuple(made(at, fields) for at, fields in enumerate(several)))


def skilled(*needs: SkillRequirement) -> CenterConfig:
    return queue(skills=needs)


def field(**fields: Any) -> CenterConfig:
    return queue(fields=(FormField(**({"id": "f", "names": NAMES} | fields)),))


def alarm(**fields: Any) -> CenterConfig:
    return whole(alarms=(AlarmRule(**({"id": "a", "metric": Metric.WAITING, "limit": 3} | fields)),))


def chat(**fields: Any) -> CenterConfig:
    return put(demo_config(), "chat_entries", "web", **fields)


def channels(**rules: ChannelConfig) -> CenterConfig:
    return whole(channels={**demo_config().channels, **rules})


def elder_by(policy: str) -> CenterConfig:
    """The elder queue under a policy of its own; its agents serve the general queue too."""
    return put(demo_config(), "queues", "elder", contact_policy=policy)


def callback(**fields: Any) -> CenterConfig:
    return queue(callback=CallbackRule(**fields))


def circle() -> CenterConfig:
    config = queue(overflow=(Overflow("queue:elder", 30_000),))
    config = put(config, "queues", "elder", overflow=(Overflow("queue:english", 30_000),))
    return put(config, "queues", "english", overflow=(Overflow("queue:general", 30_000),))


WRONG: list[tuple[CenterConfig, str, str]] = [
    (queue(skills=(SkillRequirement("astrology", 3),)), "queues.general.skills[0].skill", "unknown_skill"),
    (skilled(SkillRequirement("complaint", 10)), "queues.general.skills", "nobody_can_serve"),
    (skilled(SkillRequirement("general", 11)), "queues.general.skills[0].level", "bad_level"),
    (skilled(SkillRequirement("general", 0)), "queues.general.skills[0].level", "bad_level"),
    (skilled(SkillRequirement("general"), SkillRequirement("general")),
     "queues.general.skills[1].skill", "skill_twice"),
    (callback(attempts=0), "queues.general.callback.attempts", "out_of_range"),
    (callback(retry=RetryAfter(busy_ms=1_000)), "queues.general.callback.retry.busy_ms", "out_of_range"),
    (callback(ring_ms=1_000), "queues.general.callback.ring_ms", "out_of_range"),
    (callback(window_days=99), "queues.general.callback.window_days", "out_of_range"),
    (callback(keep_ms=1), "queues.general.callback.keep_ms", "out_of_range"),
    (callback(caller_number="bank"), "queues.general.callback.caller_number", "bad_number"),
    (callback(flow="gone"), "queues.general.callback.flow", "unknown_flow"),
    (callback(calendar="gone"), "queues.general.callback.calendar", "unknown_calendar"),
    (callback(timezone="Asia/Peking2"), "queues.general.callback.timezone", "unknown_timezone"),
    (callback(call_from="8:00"), "queues.general.callback.call_from", "bad_clock"),
    (callback(call_from="21:00", call_until="08:00"), "queues.general.callback.call_until", "bad_hours"),
    (queue(announcements=Announcements(callback_key="12")), "queues.general.announcements.callback_key", "bad_key"),
    (queue(callback=CallbackRule(), overflow=(Overflow("callback", 60_000),)),
     "queues.general.overflow[0].target", "callback_without_flow"),
    (queue(id="other"), "queues.general.id", "other_id"),
    (queue(names={"zh": " ", "en": ""}), "queues.general.names", "no_name"),
    (queue(names={"zh": "长" * 61, "en": "x"}), "queues.general.names.zh", "too_long"),
    (queue(agent_policy="nearest"), "queues.general.agent_policy", "unknown_policy"),
    (queue(priority=11), "queues.general.priority", "out_of_range"),
    (queue(ageing_ms=0), "queues.general.ageing_ms", "out_of_range"),
    (queue(offer_timeout_ms=1_000), "queues.general.offer_timeout_ms", "out_of_range"),
    (queue(wrap_up_ms=-1), "queues.general.wrap_up_ms", "out_of_range"),
    (queue(service_level_ms=0), "queues.general.service_level_ms", "out_of_range"),
    (queue(short_abandon_ms=-1), "queues.general.short_abandon_ms", "out_of_range"),
    (queue(announcements=Announcements(every_ms=500)), "queues.general.announcements.every_ms", "out_of_range"),
    (queue(music=""), "queues.general.music", "no_music"),
    (queue(survey_flow="nowhere"), "queues.general.survey_flow", "unknown_flow"),
    (queue(dispositions=("resolved", "gone")), "queues.general.dispositions[1]", "unknown_disposition"),
    (queue(overflow=(Overflow("queue:gone", 1),)), "queues.general.overflow[0].target", "unknown_queue"),
    (queue(overflow=(Overflow("flow:gone", 1),)), "queues.general.overflow[0].target", "unknown_flow"),
    (queue(overflow=(Overflow("number:12-3", 1),)), "queues.general.overflow[0].target", "bad_number"),
    (queue(overflow=(Overflow("somewhere", 1),)), "queues.general.overflow[0].target", "bad_target"),
    (queue(overflow=(Overflow("queue:general", 1),)), "queues.general.overflow[0].target", "overflow_to_itself"),
    (queue(overflow=(Overflow("flow:survey"),)), "queues.general.overflow[0].after_ms", "overflow_never_or_at_once"),
    (queue(teams=("gone",)), "queues.general.teams[0]", "unknown_team"),
    (queue(reserve=-1), "queues.general.reserve", "out_of_range"),
    (queue(relaxations=(Relaxation(0, lower_by=1),)), "queues.general.relaxations[0].after_ms", "out_of_range"),
    (queue(relaxations=(Relaxation(9_000, lower_by=1), Relaxation(9_000, lower_by=1))),
     "queues.general.relaxations[1].after_ms", "out_of_range"),
    (queue(relaxations=(Relaxation(1, lower_by=-1),)), "queues.general.relaxations[0].lower_by", "out_of_range"),
    (queue(relaxations=(Relaxation(1, ("wit",)),)), "queues.general.relaxations[0].drop[0]", "drops_nothing"),
    (queue(relaxations=(Relaxation(1),)), "queues.general.relaxations[0]", "relaxes_nothing"),
    (queue(relaxations=(Relaxation(1, teams=("gone",)),)), "queues.general.relaxations[0].teams[0]", "unknown_team"),
    (queue(teams=("leads",), skills=(SkillRequirement("elder", 1),)), "queues.general.skills", "nobody_can_serve"),
    (circle(), "queues.english.overflow[0].target", "circle"),
    (queue(contact_policy="nearest"), "queues.general.contact_policy", "unknown_policy"),
    (queue(share=0), "queues.general.share", "out_of_range"),
    (queue(share=1_001), "queues.general.share", "out_of_range"),
    (queue(wait_cost=0), "queues.general.wait_cost", "out_of_range"),
    (queue(channel="fax"), "queues.general.channel", "unknown_channel"),
    (elder_by("generalised_c_mu"), "queues.general.contact_policy", "policies_meet"),
    (elder_by("fixed_queue_ratio"), "queues.general.contact_policy", "policies_meet"),
    (channels(chat=ChannelConfig("chat", 51)), "channels.chat.capacity", "out_of_range"),
    (channels(chat=ChannelConfig("chat", -1)), "channels.chat.capacity", "out_of_range"),
    (channels(voice=ChannelConfig("voice", 2)), "channels.voice.capacity", "out_of_range"),
    (channels(chat=ChannelConfig("voice")), "channels.chat.id", "other_id"),
    (channels(fax=ChannelConfig("fax")), "channels.fax", "unknown_channel"),
    (channels(voice=ChannelConfig("voice", 1, ("chat", "chat"))), "channels.voice.pauses[1].id", "id_twice"),
    (channels(voice=ChannelConfig("voice", 1, ("fax",))), "channels.voice.pauses[0]", "unknown_channel"),
    (channels(voice=ChannelConfig("voice", 1, ("voice",))), "channels.voice.pauses[0]", "pauses_itself"),
    (whole(channels={"voice": ChannelConfig("voice")}), "channels", "channel_missing"),
    (put(channels(chat=ChannelConfig("chat", 0)), "queues", "english", channel="chat"),
     "queues.english.channel", "nobody_has_capacity"),
    (agent(capacity={"fax": 1}), "agents.1001.capacity.fax", "unknown_channel"),
    (agent(capacity={"chat": 51}), "agents.1001.capacity.chat", "out_of_range"),
    (agent(capacity={"voice": 2}), "agents.1001.capacity.voice", "out_of_range"),
    (field(kind="colour"), "queues.general.fields[0].kind", "unknown_field_kind"),
    (field(kind="choice"), "queues.general.fields[0].choices", "no_choices"),
    (field(id="a b"), "queues.general.fields[0].id", "bad_id"),
    (queue(fields=(FormField("f", NAMES), FormField("f", NAMES))), "queues.general.fields[1].id", "id_twice"),
    (agent(name=" "), "agents.1001.name", "no_name"),
    (agent(number="tel:1"), "agents.1001.number", "bad_number"),
    (agent(team="nowhere"), "agents.1001.team", "unknown_team"),
    (agent(queues=("gone",)), "agents.1001.queues[0]", "unknown_queue"),
    (agent(skills={"general": 12}), "agents.1001.skills.general", "bad_level"),
    (agent(languages=("xx",)), "agents.1001.languages[0]", "unknown_language"),
    (whole(agents={"a b": AgentConfig("a b", "x")}), "agents.a b", "bad_id"),
    (whole(teams={**demo_config().teams, "t": Team("t", {})}), "teams.t.names", "no_name"),
    (whole(teams={**demo_config().teams, "t": Team("t", NAMES, ("leader",), ("gone",))}),
     "teams.t.queues[0]", "unknown_queue"),
    (whole(roles={}), "roles", "nobody_holds"),
    (whole(roles={**demo_config().roles, "r": RoleConfig("r", NAMES, {Right.SEE_AUDIT: Scope.OWN})}),
     "roles.r.rights.see_audit", "scope_without_meaning"),
    (whole(break_reasons=(Reason("tea", NAMES), Reason("tea", NAMES))), "break_reasons[1].id", "id_twice"),
    (whole(dispositions=(*demo_config().dispositions, Reason("é", NAMES))), "dispositions[6].id", "bad_id"),
    (whole(emergency_messages=(Reason("m", {}),)), "emergency_messages[0].names", "no_name"),
    (chat(id="other"), "chat_entries.web.id", "other_id"),
    (chat(names={}), "chat_entries.web.names", "no_name"),
    (chat(target="queue:gone"), "chat_entries.web.target", "unknown_queue"),
    (chat(target="flow:gone"), "chat_entries.web.target", "unknown_flow"),
    (chat(target="number:1"), "chat_entries.web.target", "bad_chat_target"),
    (chat(target=""), "chat_entries.web.target", "bad_chat_target"),
    (chat(origins=("https://bank.example", "https://bank.example/")), "chat_entries.web.origins[1]", "bad_origin"),
    (chat(origins=("*",)), "chat_entries.web.origins[0]", "bad_origin"),
    (chat(origins=("https://bank.example\nhttps://x",)), "chat_entries.web.origins[0]", "bad_origin"),
    (chat(languages=()), "chat_entries.web.languages", "no_language"),
    (chat(languages=("xx",)), "chat_entries.web.languages[0]", "unknown_language"),
    (chat(calendar="gone"), "chat_entries.web.calendar", "unknown_calendar"),
    (chat(token_keys=(ChatTokenKey("k", "BANK"), ChatTokenKey("k", "BANK"))),
     "chat_entries.web.token_keys[1].id", "id_twice"),
    (chat(token_keys=(ChatTokenKey("k", "GONE"),)), "chat_entries.web.token_keys[0].secret", "unknown_secret"),
    (chat(token_keys=(ChatTokenKey("k", "BANK", "none"),)),
     "chat_entries.web.token_keys[0].algorithm", "unknown_algorithm"),
    (chat(limits=ChatLimits(messages_a_minute=0)), "chat_entries.web.limits.messages_a_minute", "out_of_range"),
    (chat(limits=ChatLimits(file_mb=51)), "chat_entries.web.limits.file_mb", "out_of_range"),
    (alarm(metric="moon"), "alarms[0].metric", "unknown_metric"),
    (alarm(metric=Metric.UNSERVED), "alarms[0].metric", "unknown_metric"),
    (alarm(limit=-1), "alarms[0].limit", "out_of_range"),
    (alarm(metric=Metric.SERVICE_LEVEL, limit=101), "alarms[0].limit", "out_of_range"),
    (alarm(queues=("gone",)), "alarms[0].queues[0]", "unknown_queue"),
    (alarm(teams=("gone",)), "alarms[0].teams[0]", "unknown_team"),
    (whole(numbers={"95000": "gone"}), "numbers.95000", "unknown_flow"),
    (whole(numbers={"95000": "queue:gone"}), "numbers.95000", "unknown_queue"),
    (whole(numbers={"95 000": "hotline"}), "numbers.95 000", "bad_number"),
    (whole(caller_number="x"), "caller_number", "bad_number"),
    (whole(agent_grace_ms=99_000), "agent_grace_ms", "out_of_range"),
    (whole(prompts={"gone": NAMES}), "prompts.gone", "unknown_prompt"),
    (whole(prompts={"position": {"zh": "还有{ahead}位，{name}"}}), "prompts.position.zh", "hole_unknown"),
    (whole(prompts={"position": {"zh": "请稍候"}}), "prompts.position.zh", "hole_missing"),
    (whole(prompts={"position": {"zh": "file:uploaded/a"}}), "prompts.position.zh", "sound_has_no_holes"),
    (whole(prompts={"sorry": {"zh": "file:uploaded/b"}}), "prompts.sorry.zh", "unknown_sound"),
    (whole(prompts={"sorry": {"zh": "长" * 501}}), "prompts.sorry.zh", "too_long"),
    (calendar(timezone="Mars/Olympus"), "calendars.c.timezone", "unknown_timezone"),
    (calendar(hours=(*WEEK, Interval(0, 600, 700))), "calendars.c.hours[5]", "hours_overlap"),
    (calendar(hours=(Interval(0, 700, 600),)), "calendars.c.hours[0]", "bad_hours"),
    (calendar(hours=(Interval(7, 1, 2),)), "calendars.c.hours[0].weekday", "bad_weekday"),
    (calendar(days={"2027-01-01": "holiday"}), "calendars.c.days.2027-01-01", "year_not_known"),
    (calendar(days={"2026-02-30": "holiday"}), "calendars.c.days.2026-02-30", "bad_date"),
    (calendar(days={"2026-02-01": "party"}), "calendars.c.days.2026-02-01", "bad_day_kind"),
    (calendar(years=()), "calendars.c.years", "no_years"),
    (articles(*[{}] * 501), "articles", "too_many_articles"),
    (articles({"variants": tuple(map(str, range(51)))}), "articles[0].variants", "too_many_variants"),
    (articles({"valid_from": "2026-02-02", "valid_until": "2026-02-01"}), "articles[0].valid_until", "days_reversed"),
    (articles({"valid_from": "2.2.2026"}), "articles[0].valid_from", "bad_date"),
    (articles({"channels": ("fax",)}), "articles[0].channels[0]", "unknown_channel"),
]  # fmt: skip

WARNED: list[tuple[CenterConfig, str, str]] = [
    (articles({"variants": ("what",)}, {"variants": ("What ",)}), "articles[1].variants", "asked_twice"),
    (
        queue(announcements=Announcements(first_after_ms=0, callback_key="1")),
        "queues.general.announcements.callback_key",
        "key_never_said",
    ),
    (skilled(SkillRequirement("wit", 2, required=False)), "queues.general.skills[0].skill", "unknown_skill"),
    (queue(names={"zh": "综合"}), "queues.general.names.en", "name_missing"),
    (whole(teams={**demo_config().teams, "t": Team("t", NAMES)}), "teams.t.leaders", "no_leader"),
    (queue(relaxations=(Relaxation(1, teams=("leads",)),)), "queues.general.relaxations[0].teams", "teams_already"),
    (channels(chat=ChannelConfig("chat", 3, ("voice",))), "channels.chat.pauses[0]", "pauses_for_ever"),
    (agent(capacity={"voice": 0, "chat": 0}), "agents.1001.capacity", "carries_nothing"),
    (alarm(teams=("group_1",)), "alarms[0].teams", "alarm_is_about_queues"),
    (alarm(metric=Metric.HOLD_MS, queues=("general",)), "alarms[0].queues", "alarm_is_about_agents"),
    (chat(origins=("http://bank.example",)), "chat_entries.web.origins[0]", "origin_not_secure"),
    (calendar(hours=()), "calendars.c.hours", "never_open"),
    (calendar(years=(2025,)), "calendars.c.years", "year_unknown_now"),
]


def test_the_demo_bank_is_right() -> None:
    assert check(demo_config(), KNOWN) == []
    assert check(CenterConfig(), NET) == []


@pytest.mark.parametrize(("config", "place", "code"), WRONG, ids=[f"{code}-{place}" for _, place, code in WRONG])
def test_what_is_wrong_is_refused_with_its_place(config: CenterConfig, place: str, code: str) -> None:
    assert (place, code) in {(found.place, found.code) for found in check(config, KNOWN) if found.blocks}


@pytest.mark.parametrize(("config", "place", "code"), WARNED, ids=[code for _, _, code in WARNED])
def test_what_is_doubtful_is_told_and_does_not_block(config: CenterConfig, place: str, code: str) -> None:
    found = check(config, KNOWN)
    assert (place, code) in {(each.place, each.code) for each in found}
    assert not any(each.blocks for each in found)


def test_every_problem_can_be_said_in_both_languages() -> None:
    told: set[str] = {problem.code for problem in check(CenterConfig(), IN_USE)}
    for config, _, _ in WRONG + WARNED:
        for found in check(config, KNOWN):
            told.add(found.code)
            for language in ("zh", "en"):
                what, mend = said(found, language)
                assert what
                assert mend
    assert told == SENTENCES.keys()


def test_what_live_flows_lead_to_must_stay() -> None:
    config = whole(queues={key: queue for key, queue in demo_config().queues.items() if key != "regulator"}, teams={})
    config = msgspec.structs.replace(config, agents={"1": AgentConfig("1", "One", skills=dict.fromkeys(SKILLS, 10))})
    found = check(config, IN_USE)
    assert [(p.place, p.code) for p in found] == [
        ("queues.regulator", "queue_in_use"),
        ("calendars.service_hours", "calendar_in_use"),
    ]
    assert "hotline, elder" in said(found[1], "en")[0]


def test_the_mend_names_what_there_is() -> None:
    problem = next(p for p in check(queue(agent_policy="nearest"), KNOWN) if p.code == "unknown_policy")
    assert "longest_idle" in said(problem, "en")[1]
    level = next(p for p in check(queue(wrap_up_ms=5_000_000), KNOWN) if p.code == "out_of_range")
    assert said(level, "zh") == ("5000 秒超出范围", "填写 0 到 3600 秒之间的数值")


def test_queues_of_one_policy_and_channels_that_pause_each_other_are_right() -> None:
    queues = {
        key: msgspec.structs.replace(each, contact_policy="generalised_c_mu")
        for key, each in demo_config().queues.items()
    }
    assert check(whole(queues=queues), KNOWN) == []
    by_turns = channels(voice=ChannelConfig("voice", 1, ("chat",)), chat=ChannelConfig("chat", 1, ("voice",)))
    assert check(by_turns, KNOWN) == []


def test_policies_that_meet_in_an_agent_name_both_queues() -> None:
    found = [p for p in check(elder_by("longest_wait"), KNOWN) if p.code == "policies_meet"]
    assert {p.place for p in found} == {"queues.general.contact_policy", "queues.card_loss.contact_policy"}
    what, mend = said(next(p for p in found if "general" in p.place), "en")
    assert what.startswith("agent ")
    assert "elder (longest wait)" in what
    assert "general (priority and wait)" in what
    assert mend == "choose one policy for both queues, or let no agent serve both"


def test_circles_are_found_in_long_chains_and_dense_nets() -> None:
    base = demo_config().queues["general"]
    names = [f"q{n}" for n in range(400)]

    def net(last: str) -> CenterConfig:
        onward = {name: tuple(names[n + 1 : n + 6]) for n, name in enumerate(names)} | {names[-1]: (last,) * bool(last)}
        queues = {
            name: msgspec.structs.replace(
                base, id=name, overflow=tuple(Overflow(f"queue:{to}", 1) for to in onward[name])
            )
            for name in names
        }
        return msgspec.structs.replace(
            demo_config(),
            queues=queues,
            alarms=(),
            teams={},
            chat_entries={},
            canned_replies=(),
            agents=skilled_people(),
        )

    assert check(net(""), NET) == []
    assert {p.code for p in check(net("q0"), NET)} == {"circle"}
    assert [p.place for p in check(net("q0"), NET)] == ["queues.q399.overflow[0].target"]


def skilled_people() -> dict[str, AgentConfig]:
    return {"1": AgentConfig("1", "One", skills={"general": 9})}
