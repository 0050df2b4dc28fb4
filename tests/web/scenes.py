"""Every page of the product once, with good sample data: what the gallery shows and axe looks at."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.domain.agent import AgentState as S
from callcenter.domain.contact import Place, Why
from callcenter.domain.handover import HandedOver
from callcenter.domain.notes import InternalNote
from callcenter.domain.views import DeskView, LeadView, MessageView
from tests.web import samples
from tests.web.chat_samples import CHAT
from tests.web.houses import INVITED
from tests.web.spoken_samples import SPOKEN
from tests.web.trainer_samples import NEW

FIRST = "c-20260309-000412"
TYPES = " ← "


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: whose, where, what the desk shows, and what is clicked (``selector ← text``: typed) one after another.

    ``shows`` must be there before anybody looks. ``house`` is one of ``tests.web.houses.HOUSES``.
    """

    name: str
    user: str
    path: str
    view: DeskView | None = None
    steps: tuple[str, ...] = ()
    shows: str = "main"
    house: str = "daily"


def scenes() -> list[Scene]:
    """All of them."""
    return [*_desk(), *_floor(), *_figures(), *_trainer(), *_lists(), *_quality(), *_contacts(), *_access(), *_admin()]


LEAD = {
    "flow_path": (),
    "lead": LeadView(
        names={"zh": "还款提醒（到期前 2 天）", "en": "Repayment reminder, 2 days before"},
        attempt=2,
        name="陈晓明",
        script="您好，这里是未来银行，您的贷款将于后天扣款，目前还款账户余额不足，本次通话将被录音。\n"
        "1. 请在扣款日前存入足额款项，以免影响征信。\n2. 客户已安排：登记承诺日期。",
    ),
    "variables": {"language": "zh", "应还金额": "3500.00", "到期日": "2026-03-11"},
    "why": Why("campaign", {"campaign": "t2", "names": {"zh": "还款提醒", "en": "Reminder"}, "attempt": 2}),
}


def _quality() -> list[Scene]:
    def scene(name: str, user: str, path: str, shows: str, *steps: str) -> Scene:
        return Scene(name, user, path, None, steps, shows, house="reviews")

    return [
        scene("quality", "zhangli", "/quality", "#mine"),
        scene("quality-review", "zhangli", "/quality/reviews/new", "#line-greeting"),
        scene("quality-appeal", "zhaomin", "/quality/reviews/appealed", "#appeal"),
        scene("quality-mine", "wangfang", "/quality/mine", "table"),
        scene("quality-result", "wangfang", "/quality/mine/reviewed", "#coaching"),
        scene("quality-plans", "zhangli", "/quality/plans", ".meter"),
        scene("quality-plan-new", "zhangli", "/quality/plans/new", "#f-title"),
        scene("quality-plan", "zhangli", "/quality/plans/weekly", "#draws"),
        scene("quality-calibration", "zhaomin", "/quality/calibration", ".meter"),
        scene("quality-calibration-new", "zhangli", "/quality/calibration/new", "#f-title"),
        scene("quality-calibration-open", "zhaomin", "/quality/calibration/march", "#mine"),
        scene("quality-calibration-closed", "zhangli", "/quality/calibration/february", "#differ"),
        scene("quality-calibration-mark", "zhaomin", f"/quality/calibration/march/contacts/{FIRST}", "#line-greeting"),
        scene("said", "zhangli", "/contacts/said?said=信用卡", "mark"),
        scene("quality-risks", "zhangli", "/quality/risks", "table"),
        scene("quality-risk", "zhangli", "/quality/risks/risky", "#steps"),
        scene("quality-report", "liqiang", "/quality/reports", "#machine"),
        scene("quality-report-all", "zhangli", "/quality/reports", "#hits"),
    ]


def _desk() -> list[Scene]:
    talk, offer = samples.contact(), samples.contact(Place.OFFERED)
    held = samples.contact(on_hold=True, hold_since_ms=samples.NOW - 33_000, recording="paused")
    asking = samples.contact(consult="talking", consult_target="agent:1003")
    three = samples.contact(consult="conference", consult_target="agent:1003")
    paying = samples.contact(payment_since_ms=samples.NOW - 41_000, recording="paused")
    long_paying = samples.contact(payment_since_ms=samples.NOW - 161_000, recording="paused")
    listened = samples.contact(supervising="listen", agent="1003")
    said = MessageView("m1", "李强", "挂失专线排队较多，请优先接听；午餐请错开 12:00 – 12:30。", samples.NOW - 60_000)
    on_call = samples.desk(S.BUSY, contacts=(talk,))
    wrap_up = samples.desk(S.WRAP_UP, wrap_up=talk, wrap_up_ends_ms=samples.NOW + 24_000)
    chatting = samples.desk(S.BUSY, contacts=(samples.chat(), samples.chat("chat-2", why=None)))
    notes = (
        InternalNote("1003", samples.NOW - 215_000, "老客户，房租按月转同一账户", handed_on=True),
        InternalNote("1001", samples.NOW - 190_000, "收款行系统 15:00–16:00 维护，预计今晚到账"),
    )
    noted = samples.desk(S.BUSY, contacts=(samples.chat(notes=notes),))
    asking_in_chat = samples.chat(consult="talking", consult_target="agent:1003", notes=notes)
    asked = samples.desk(
        S.BUSY, contacts=(samples.chat(agent="1003", why=Why("consult", {"agent": "1003"}), notes=notes),)
    )
    chat_offer = samples.desk(S.OFFERED, contacts=(samples.chat("chat-2", Place.OFFERED), samples.chat()))
    told = HandedOver(
        contact="chat-1",
        flow="chat",
        why=Why("asked_for_person"),
        wanted="balance_query",
        form="balance_form",
        known={"card_tail": "1234", "phone": "13800004321"},
        missing=("verification_key",),
    )
    from_assistant = samples.desk(S.BUSY, contacts=(samples.chat(handed_over=told),))
    chat_left = samples.desk(S.WRAP_UP, wrap_up=samples.chat(), wrap_up_ends_ms=samples.NOW + 24_000)
    break_next = samples.desk(S.BUSY, contacts=(held,), next_state=S.ON_BREAK, next_reason="lunch")
    views: dict[str, tuple[DeskView, tuple[str, ...], str]] = {
        "break": (samples.desk(S.ON_BREAK, reason="signed_in"), (), "main"),
        "available": (samples.desk(S.AVAILABLE, idle_why=samples.nothing()), (), "main"),
        "offer": (samples.desk(S.OFFERED, contacts=(offer,)), (), "main"),
        "lead-offer": (samples.desk(S.OFFERED, contacts=(samples.contact(Place.OFFERED, **LEAD),)), (), "main"),
        "lead-talk": (samples.desk(S.BUSY, contacts=(samples.contact(**LEAD),)), (), "main"),
        "talk": (on_call, (), "main"),
        "spoken": (samples.desk(S.BUSY, contacts=(samples.contact(id=SPOKEN),)), (), ".spoken-log"),
        "hold": (break_next, (), "main"),
        "consult": (samples.desk(S.BUSY, contacts=(asking,)), (), "main"),
        "conference": (samples.desk(S.BUSY, contacts=(three,)), (), "main"),
        "payment": (samples.desk(S.BUSY, contacts=(paying,), messages=(said,)), (), "main"),
        "payment-long": (samples.desk(S.BUSY, contacts=(long_paying,)), (), "main"),
        "chats": (chatting, (), "#chat-log .chat-line"),
        "chat-offer": (chat_offer, (), "#act-accept"),
        "chat-alone": (samples.desk(S.BUSY, contacts=(samples.chat(),)), (), "#chat-log .chat-line"),
        "chat-replies": (chatting, ("#chat-text ← /",), "#chat-replies [role=option]"),
        "chat-notes": (noted, ("#chat-note",), "#chat-form[data-mode=note]"),
        "chat-asking": (samples.desk(S.BUSY, contacts=(asking_in_chat,)), (), "#act-complete"),
        "chat-asked": (asked, (), "#chat-form[data-mode=note]"),
        "chat-summary": (from_assistant, (), "#act-give_back"),
        "chat-wrap-up": (chat_left, (), "#file-result"),
        "supervising": (samples.desk(S.AVAILABLE, contacts=(listened,)), (), "main"),
        "wrapup": (wrap_up, (), "main"),
        "check": (samples.desk(S.ON_BREAK, reason="signed_in"), ("#act-check",), "#check[open]"),
        "help": (on_call, ("key:?",), "#help[open]"),
        "breaks": (samples.desk(S.AVAILABLE), ("key:b",), "#break-menu:popover-open"),
        "transfer": (on_call, ("key:t",), "#transfer[open]"),
        "keypad": (on_call, ("key:k",), "#keypad[open]"),
        "history": (on_call, ("#tab-history",), "#panel-history:visible"),
        "knowledge": (on_call, ("key:z", "#knowledge-text ← 开户"), "#knowledge-answer:visible"),
        "knowledge-chat": (chatting, ("#tab-knowledge", "#knowledge-text ← 开户"), "#knowledge-answer:visible"),
        "knowledge-none": (on_call, ("key:z", "#knowledge-text ← 天气"), "#knowledge-said:not(:empty)"),
        "script": (on_call, ("#tab-help",), "#panel-help:visible"),
    }
    return [Scene(f"agent-{name}", "wangfang", "/agent", *rest) for name, rest in views.items()]


def _floor() -> list[Scene]:
    panel, menu = "#panel-title", "#queue-menu:popover-open"
    return [
        Scene("floor", "ops", "/floor"),
        Scene("floor-team", "liqiang", "/floor"),
        Scene("floor-agent", "liqiang", "/floor", None, ('[data-open="agent:1001"]',), panel),
        Scene("floor-agent-free", "liqiang", "/floor", None, ('[data-open="agent:1002"]',), panel),
        Scene("floor-queue", "liqiang", "/floor", None, ('.row-open[data-open="queue:cards"]',), panel),
        Scene("floor-menu", "liqiang", "/floor", None, ('[data-queue-menu="cards"]',), menu),
        Scene(
            "floor-close",
            "liqiang",
            "/floor",
            None,
            ('[data-queue-menu="cards"]', "[data-menu=close]"),
            "dialog[open]",
        ),
        Scene("floor-broadcast", "ops", "/floor", None, ("[data-opens=broadcast]",), "dialog[open]"),
        Scene("floor-help", "ops", "/floor", None, ("[data-opens=floor-help]",), "dialog[open]"),
        Scene("floor-assistant-away", "ops", "/floor", shows="[data-key=alarm-assistant]", house="unassisted"),
        Scene("wall", "ops", "/floor/wall"),
        Scene("wall-assistant-away", "ops", "/floor/wall", house="unassisted"),
    ]


def _figures() -> list[Scene]:
    days, dot = "from=2026-03-03&to=2026-03-09", ".estimates .chart-dot"
    return [
        Scene("figures", "ops", f"/figures?{days}", shows=".figures-times tbody tr"),
        Scene(
            "figures-queue", "liqiang", f"/figures?{days}&only=queue:cards&every=1440", shows=".figures-times tbody tr"
        ),
        Scene("figures-agents", "liqiang", f"/figures?{days}&by=agent&every=1440", shows=".figures-times tbody tr"),
        Scene("figures-estimates", "liqiang", f"/figures/estimates?{days}", shows=dot),
        Scene("figures-expected", "ops", f"/figures/estimates?{days}&of=expected&only=queue:cards", shows=dot),
        Scene("figures-meanings", "ops", "/figures", None, (".figures-meanings summary",), ".figures-meanings dl"),
        Scene("figures-untold", "ops", "/figures/estimates?from=2026-01-01&to=2026-01-01", shows=".nothing"),
        Scene("figures-nothing", "ops", "/figures?from=2026-01-01&to=2026-01-01", shows=".nothing"),
        Scene("figures-wrong", "ops", "/figures?from=yesterday&to=2026-03-09", shows="[aria-invalid]"),
    ]


def _trainer() -> list[Scene]:
    correct = ("key:j", "key:c", "[data-key=c] ← atm_ate_it", "[data-default]")
    return [
        Scene("trainer", "admin", "/trainer", shows="tr[data-review]"),
        Scene("trainer-all", "admin", "/trainer?show=all", shows="tr[data-review=done]"),
        Scene("trainer-doubt", "admin", "/trainer", None, correct, ".trainer-doubt"),
        Scene("trainer-nothing", "admin", "/trainer?intent=nobody", shows=".nothing"),
        Scene("trainer-groups", "admin", "/trainer/groups", shows=".trainer-group"),
        Scene("trainer-examples", "admin", "/trainer/examples", shows=".table tbody td"),
        Scene("trainer-models", "admin", "/trainer/models", shows="#serving"),
        Scene("trainer-model", "admin", f"/trainer/models/{NEW}", shows=".trainer-figures"),
        Scene("trainer-figures", "admin", "/trainer/figures?from=2026-03-03&to=2026-03-09", shows=".chart-line"),
    ]


def _contacts() -> list[Scene]:
    return [
        Scene("callbacks", "ops", "/callbacks", shows=".callbacks .table"),
        Scene("callbacks-nothing", "ops", "/callbacks?queue=regulator", shows=".nothing"),
        Scene("callbacks-withdraw", "ops", "/callbacks/cb-1/withdraw"),
        Scene("callback-contact", "zhangli", "/contacts/cb-1", shows=".related"),
        Scene("what-if", "ops", "/what-if", shows=".nothing", house="admin"),
        Scene("what-if-running", "liqiang", "/what-if", shows="progress[value]"),
        Scene("what-if-answer", "ops", "/what-if", shows=".what-if-table"),
        Scene("what-if-no-day", "admin", "/what-if", shows=".nothing"),
        Scene("contacts", "zhangli", "/contacts"),
        Scene("contacts-filtered", "zhangli", "/contacts?queue=loss&words=补卡"),
        Scene("contacts-nothing", "zhangli", "/contacts?number=4711471147114711"),
        Scene("contacts-own", "wangfang", "/contacts"),
        Scene("contact", "zhangli", f"/contacts/{FIRST}", shows=".wave path"),
        Scene("contact-reveal", "zhangli", f"/contacts/{FIRST}", None, ("[hx-get^='/reveal']",), ".reveal-form"),
        Scene("contact-chat", "zhangli", f"/contacts/{CHAT}", shows=".message"),
        Scene(
            "contact-chat-steps", "zhangli", f"/contacts/{CHAT}", None, (".folded summary",), ".folded details[open]"
        ),
        Scene(
            "contact-chat-whole",
            "zhangli",
            f"/contacts/{CHAT}",
            None,
            (".written [hx-get^='/reveal']",),
            ".reveal-form",
        ),
        Scene("contact-export", "zhangli", f"/contacts/{FIRST}/export"),
    ]


def _lists() -> list[Scene]:
    base, reveal = "/campaigns/loan", "tbody tr:nth-of-type(2) .reveal-ask"
    return [
        Scene("campaigns", "liqiang", "/campaigns", shows="#templates", house="lists"),
        Scene("campaign", "liqiang", base, shows="#funnel", house="lists"),
        Scene("campaign-paused", "liqiang", "/campaigns/early", shows=".band", house="lists"),
        Scene("campaign-report", "liqiang", f"{base}/reports", shows="#kept", house="lists"),
        Scene("campaign-pacing", "liqiang", base, None, ("key:PageDown",), "#pacing", house="lists"),
        Scene("campaign-own", "liqiang", "/campaigns/t7", shows=".badge", house="lists"),
        Scene("campaign-form", "liqiang", "/campaigns/new?template=repayment_t7", shows="#f-script", house="lists"),
        Scene("campaign-faults", "liqiang", "/campaigns/new", None, ("button.primary",), ".field-error", house="lists"),
        Scene("lists", "liqiang", f"{base}/lists", shows="#owners", house="lists"),
        Scene("list-columns", "liqiang", f"{base}/lists/2", shows="select[name=use]", house="lists"),
        Scene("list-reading", "liqiang", f"{base}/lists/4", shows="progress", house="lists"),
        Scene("list-result", "liqiang", f"{base}/lists/1", shows="#rejected", house="lists"),
        Scene("list-failed", "liqiang", f"{base}/lists/3", shows=".band", house="lists"),
        Scene("leads", "liqiang", f"{base}/leads", shows="tbody .reveal-ask", house="lists"),
        Scene("leads-reveal", "liqiang", f"{base}/leads", None, (reveal,), ".reveal-form", house="lists"),
        Scene("leads-none", "liqiang", f"{base}/leads?number=9999", shows=".nothing", house="lists"),
    ]


def _access() -> list[Scene]:
    half_in = ("[name=name] ← zhaomin", f"[name=password] ← {samples.PASSWORD}", "button.primary")
    return [
        Scene("sign-in", "", "/sign-in"),
        Scene("sign-in-wrong", "", "/sign-in", None, (half_in[0], "[name=password] ← x", half_in[2]), "[role=alert]"),
        Scene("sign-in-code", "", "/sign-in", None, half_in, "[name=code]"),
        Scene("welcome", "", f"/welcome/{INVITED}"),
        Scene("welcome-over", "", "/welcome/zzzzz-zzzzz"),
        Scene("call", "", "/call"),
        Scene("account", "wangfang", "/account"),
        Scene("second-factor", "wangfang", "/account/second-factor"),
        Scene("password", "admin", "/password"),
        Scene("users", "admin", "/users"),
        Scene("user", "admin", "/users/5"),
        Scene("user-files", "admin", "/user-files"),
        Scene("tokens", "admin", "/tokens"),
        Scene("api-reference", "admin", "/api-reference"),
        Scene("audit", "admin", "/audit"),
        Scene("design", "admin", "/design"),
        Scene("menu", "admin", "/users", None, ("#user-button",), ":popover-open"),
        Scene("quality-rules", "zhangli", "/quality/rules"),
        Scene("quality-rules-draft", "zhangli", "/quality/rules/rules/4", steps=("[value=save]",), shows=".issues"),
        Scene("quality-form-tried", "zhangli", "/quality/rules/form/4", steps=("[value=try]",), shows="#trial-title"),
        Scene("quality-rules-former", "zhangli", "/quality/rules/rules/2"),
        Scene("not-found", "admin", "/nowhere"),
        Scene("no-permission", "wangfang", "/users"),
    ]


ADMIN_PAGES = {
    "overview": "/admin",
    "queues": "/admin/queues",
    "queue": "/admin/queues/edit/credit_card",
    "queue-new": "/admin/queues/new",
    "agents": "/admin/agents",
    "agent": "/admin/agents/edit/1001",
    "skills": "/admin/skills",
    "skill-names": "/admin/skill_names",
    "teams": "/admin/teams",
    "team": "/admin/teams/edit/group_1",
    "roles": "/admin/roles",
    "calendars": "/admin/calendars",
    "calendar-new": "/admin/calendars/new",
    "numbers": "/admin/numbers",
    "channels": "/admin/channels",
    "channel": "/admin/channels/edit/chat",
    "chat-entries": "/admin/chat_entries",
    "chat-entry": "/admin/chat_entries/edit/web",
    "reasons": "/admin/break_reasons",
    "dispositions": "/admin/dispositions",
    "canned-replies": "/admin/canned_replies",
    "articles": "/admin/articles",
    "misses": "/admin/misses",
    "transcripts": "/admin/transcripts",
    "article-of-miss": "/admin/articles/new?miss=1",
    "article": "/admin/articles/edit/large_cash",
    "canned-reply": "/admin/canned_replies/edit/card_loss",
    "emergency": "/admin/emergency_messages",
    "prompts": "/admin/prompts",
    "alarms": "/admin/alarms",
    "alarm": "/admin/alarms/edit/long_wait",
    "files": "/admin/files",
    "version": "/admin/versions/1",
    "review": "/admin/drafts/ops",
}


def _admin() -> list[Scene]:
    return [Scene(f"admin-{name}", "admin", path, house="admin") for name, path in ADMIN_PAGES.items()]
