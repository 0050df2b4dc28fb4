"""Who may do what: every route, with requests that reach own data, the own team's, another team's, and nothing.

Each line is a request and one letter for each of ``WHO``:
``2`` 200 · ``3`` on to a page of ours · ``+`` let in (200, 303, or refused for another reason than the right) ·
``-`` 403 · ``0`` 404, as if it were not there · ``9`` 409 · ``s`` to the sign-in page · ``p`` anybody, any answer.
"""

from __future__ import annotations

from typing import Any

from tests.attack.routes_quality import QUALITY_RULES, REVIEWS
from tests.attack.shots import Shot
from tests.attack.shots import same as _same
from tests.attack.shots import shot as _s

REASON = {"reason": "Reference 12378-1"}
LISTEN = {"act": "listen", "command": "c-{n}"}
DESK = {"command": "c-{n}", "desk": "desk-a1"}

ANYBODY, SIGNED_IN = "p" * 7, "s222222"
CONFIG, APPROVE, USERS, FLOOR, TAKE = "s--2-2-", "s----2-", "s----2-", "s-22-22", "s22----"
CONFIG_ACT, USERS_ACT = "s--+-+-", "s----+-"

PUBLIC = [
    *_same(ANYBODY, "GET /sign-in", "GET /sign-in/code", "POST /sign-in", "POST /sign-in/code"),
    *_same(ANYBODY, "GET /call", "POST /call/credentials", "GET /healthz"),
    _s("GET /static/{path}", "/static/css/tokens.css", ANYBODY),
    _s("GET /language/{code}", "/language/en", ANYBODY),
    _s("GET /theme/{name}", "/theme/dark", ANYBODY),
    _s("GET /welcome/{code}", "/welcome/no-such-code", ANYBODY),
    _s("POST /welcome/{code}", "/welcome/no-such-code", ANYBODY, data={"new": "x", "again": "x"}),
    *_same("0" * 7, "GET /sign-in/oidc", "GET /sign-in/oidc/back"),
    _s("GET /metrics", "/metrics", "---2-2-"),
    _s("GET /demo-bank/customers/by-number", "/demo-bank/customers/by-number?phone=1", "-" * 7),
    _s("POST /demo-bank/balance", "/demo-bank/balance", "-" * 7, json={"card_tail": "1234", "pin": "246810"}),
    _s("POST /demo-bank/cards/block", "/demo-bank/cards/block", "-" * 7, json={"card_tail": "1234", "id_tail": "2210"}),
    _s("POST /demo-bank/tickets", "/demo-bank/tickets", "-" * 7, json={"kind": "dispute", "contact": "c1"}),
    _s("WS /ws", "/ws", "-22----"),
]

CHAT = [
    *_same(ANYBODY, "GET /chat/widget.js", "GET /chat-demo"),
    _s("WS /chat/socket", "/chat/socket?entry=web", ANYBODY),
    _s("POST /chat/poll", "/chat/poll?entry=web", ANYBODY, json={"line": "x", "frames": [], "last": 1, "wait": False}),
    _s("POST /chat/files", "/chat/files?entry=web&conversation=chat-1&id=file-0001&name=a.png", ANYBODY),
    _s("GET /chat/files/{file}", "/chat/files/abc?entry=web&conversation=chat-1", ANYBODY),
    _s("GET /chat/transcript", "/chat/transcript?entry=web&conversation=chat-1", ANYBODY),
]

OWN_ACCOUNT = [
    *_same("s333333", "GET /"),
    *_same(SIGNED_IN, "GET /account", "GET /account/second-factor", "GET /password", "GET /session", "GET /design"),
    *_same(
        "s++++++", "POST /account/recovery-codes", "POST /account/second-factor", "POST /account/second-factor/drop"
    ),
    *_same("s333333", "POST /account/sessions/end-others"),
    _s("POST /account/sessions/{session_id}/end", "/account/sessions/{session-of-victim}/end", "s000000"),
    _s("POST /account/sessions/{session_id}/end", "/account/sessions/0000000000000000/end", "s000000"),
    *_same("s++++++", "POST /password", data={"present": "wrong", "new": "x", "again": "x"}),
    _s("POST /sign-out", "/sign-out", "sssssss"),
]

DESK_PAGES = [
    *_same(TAKE, "GET /agent", "GET /agent/back", "GET /agent/session", "GET /agent/targets", "POST /agent/softphone"),
    _s("GET /agent/live", "/agent/live?desk=desk-of-test", TAKE),
    _s(
        "POST /agent/follow-ups/done",
        "/agent/follow-ups/done",
        "s99----",
        json={"act": "follow_up_done", "contact": "{live-b}", "due_ms": 1, **DESK},
    ),
    _s("POST /agent/chats/say", "/agent/chats/say", "s99----", json={"contact": "{live-b}", "text": "x", **DESK}),
    _s("POST /agent/chats/seen", "/agent/chats/seen", "s99----", json={"contact": "{live-b}", "number": 1, **DESK}),
    _s("POST /agent/chats/typing", "/agent/chats/typing", "s99----", json={"contact": "{live-b}", "on": True, **DESK}),
    _s("POST /agent/chats/focus", "/agent/chats/focus", "s++----", json={"contact": "{live-b}", **DESK}),
    _s("POST /agent/knowledge/missing", "/agent/knowledge/missing", "s22----", json={"text": "x"}),
    _s("POST /agent/knowledge", "/agent/knowledge", "s22----", json={"contact": "{live-b}", "text": "x"}),
    _s("GET /agent/chats/replies", "/agent/chats/replies?desk=desk-a1&contact={live-b}", "s99----"),
    _s(
        "POST /agent/chats/file",
        "/agent/chats/file?desk=desk-a1&command=c-{n}&contact={live-b}&name=a.txt",
        "s99----",
        content="a",
    ),
    _s("GET /agent/chats/files/{file}", "/agent/chats/files/f-past-b?contact=past-b", "s00----"),
    _s("POST /agent/commands", "/agent/commands", "s++----", json={"act": "hold", "contact": "{live-b}", **DESK}),
    _s("POST /agent/commands", "/agent/commands", "s++----", json={"act": "state", "state": "available", **DESK}),
]

CONTACTS = [
    *_same("s22-2-2", "GET /contacts", "GET /contacts/said"),
    *[
        shot
        for contact, seen, heard, exported, revealed in (
            ("past-a", "s22-2-0", "s22-2-0", "s---2--", "s-2-2-0"),
            ("past-b", "s00-2-0", "s00-2-0", "s---2--", "s-0-2-0"),
            ("lost-a", "s02-2-0", "s00-0-0", "s---2--", "s-2-2-0"),
            ("lost-b", "s00-2-0", "s00-0-0", "s---2--", "s-0-2-0"),
            ("{live-b}", "s00-2-0", "s00-0-0", "s---2--", "s-0-2-0"),
            ("none", "s00-0-0", "s00-0-0", "s---0--", "s-0-0-0"),
        )
        for shot in (
            _s("GET /contacts/{contact_id}", f"/contacts/{contact}", seen),
            _s("GET /contacts/{contact_id}/export", f"/contacts/{contact}/export", exported),
            _s("POST /contacts/{contact_id}/export", f"/contacts/{contact}/export", exported, data=REASON),
            _s("GET /recordings/{recording_id}", f"/recordings/r-{contact}?contact={contact}", heard),
            _s("GET /recordings/{recording_id}/peaks", f"/recordings/r-{contact}/peaks?contact={contact}", heard),
            _s("GET /reveal", f"/reveal?contact={contact}&what=caller", revealed),
            _s("GET /reveal/form", f"/reveal/form?contact={contact}&what=caller", revealed),
            _s("POST /reveal", "/reveal", revealed, data={"contact": contact, "what": "caller", "reason": "quality"}),
        )
    ],
    _s("GET /recordings/{recording_id}", "/recordings/r-past-b?contact=past-a", "s00-0-0"),
    _s("GET /recordings/{recording_id}/peaks", "/recordings/r-past-b/peaks?contact=past-a", "s00-0-0"),
    _s("GET /contacts/{contact}/files/{file}", "/contacts/past-a/files/f-past-a", "s-2-2-0"),
    _s("GET /contacts/{contact}/files/{file}", "/contacts/past-b/files/f-past-b", "s00-2-0"),
    _s("GET /contacts/{contact}/files/{file}", "/contacts/past-a/files/f-past-b", "s-0-0-0"),
    _s("POST /contacts/filters", "/contacts/filters", "s33-3-3", data={"name": "n", "queue": "cards"}),
    _s("POST /contacts/filters", "/contacts/filters", "s99-9-9", data={"name": "n", "queue": "cards", "team": "tb"}),
    _s("POST /contacts/filters/{filter_id}/drop", "/contacts/filters/{filter-ben}/drop", "s00-0-0"),
    _s("POST /contacts/filters/{filter_id}/drop", "/contacts/filters/{filter-lead_a}/drop", "s03-0-0"),
]


def _act(expected: str, **body: Any) -> Shot:
    return _s("POST /floor/commands", "/floor/commands", expected, json={"command": "c-{n}", **body})


FLOOR_PAGES = [
    *_same(FLOOR, "GET /floor", "GET /floor/live", "GET /floor/wall", "GET /floor/wall/live"),
    _s("GET /floor/agents/{agent}", "/floor/agents/a1", "s-22-20"),
    _s("GET /floor/agents/{agent}", "/floor/agents/a2", "s-22-22"),
    _s("GET /floor/agents/{agent}", "/floor/agents/b1", "s-02-20"),
    _s("GET /floor/agents/{agent}", "/floor/agents/none", "s-00-00"),
    _s("GET /floor/queues/{queue}", "/floor/queues/cards", FLOOR),
    _s("GET /floor/queues/{queue}", "/floor/queues/none", "s-00-00"),
    _s("GET /floor/queues/{queue}/close", "/floor/queues/cards/close", "s-22---"),
    _s("GET /floor/recipients", "/floor/recipients?to=all", "s-22---"),
    _s("GET /floor/recipients", "/floor/recipients?to=agent:b1", "s--2---"),
    _s("POST /floor/phone", "/floor/phone", "s-+----", json={"desk": "desk-a9"}),
    _act("s--+---", act="state", agent="b1", state="on_break", reason="lunch"),
    _act("s-++---", act="state", agent="a1", state="on_break", reason="lunch"),
    _act("s--+---", act="skills", agent="b1", skills={"english": 5}),
    _act("s-++---", act="skills", agent="a2", skills={"english": 5}),
    _act("s--+---", act="message", to="agent:b1", text="hello"),
    _act("s-++---", act="message", to="all", text="hello"),
    _act("s-++---", act="close_queue", queue="empty", message="storm"),
    _act("s-++---", act="reopen_queue", queue="empty"),
    _act("s-++-++", act="acknowledge", alarm="none"),
    _act("s-++-++", act="acknowledge_trouble", alarm="none"),
    *[
        shot
        for mode in ("listen", "whisper", "barge", "stop")
        for shot in (_act("s-+----", act=mode, contact="{live-a}"), _act("s------", act=mode, contact="{live-b}"))
    ],
    _act("s-+----", act="take_over", contact="{live-a}", desk="desk-a9"),
    _act("s------", act="take_over", contact="{live-b}", desk="desk-a9"),
]

CALLBACKS = [
    *_same(FLOOR, "GET /callbacks"),
    _s("GET /callbacks/{contact_id}/withdraw", "/callbacks/none/withdraw", "s-00---"),
    _s("POST /callbacks/{contact_id}/withdraw", "/callbacks/none/withdraw", "s-00---", data=REASON),
]

FIGURES = [
    *_same(FLOOR, "GET /figures"),
    *_same(FLOOR, "GET /figures/estimates"),
    _s("GET /figures/download/{form}", "/figures/download/csv?by=agent", FLOOR),
    _s("GET /figures/download/{form}", "/figures/download/xlsx", FLOOR),
    _s("GET /figures/download/{form}", "/figures/download/pdf", "s-00-00"),
    *[
        _s("GET /figures", f"/figures?by={by}&every=15&only={by}:b1", FLOOR)
        for by in ("queue", "channel", "team", "agent")
    ],
]

WHAT_IF = [
    *_same(FLOOR, "GET /what-if", "GET /what-if/job"),
    *_same("s-++-++", "POST /what-if", data={"day": "none"}),
    *_same("s-33-33", "POST /what-if/cancel"),
]

RUN, RUN_NONE, SEE_CAMPAIGNS = "s-22---", "s-00---", "s-22-2-"
NO_CAMPAIGN = "/campaigns/none"
LEADS = {"name": "l", "leads": [{"number": "1"}]}
CAMPAIGNS = [
    *_same(SEE_CAMPAIGNS, "GET /campaigns"),
    *_same(RUN, "GET /campaigns/new"),
    *_same("s-++---", "POST /campaigns", data={"name_zh": ""}),
    *_same("s-++---", "POST /campaigns/opt-outs", data={"number": "12"}),
    _s("GET /campaigns/{campaign}", NO_CAMPAIGN, "s-00-0-"),
    _s("GET /campaigns/{campaign}/reports", f"{NO_CAMPAIGN}/reports", "s-00-0-"),
    _s("GET /campaigns/{campaign}/reports/{kind}/{from_ms}", f"{NO_CAMPAIGN}/reports/day/0", "s-00-0-"),
    _s("GET /campaigns/{campaign}/reports/{kind}/{from_ms}/excel", f"{NO_CAMPAIGN}/reports/now/0/excel", "s-00-0-"),
    _s("GET /campaigns/{campaign}/live", f"{NO_CAMPAIGN}/live", "s-00-0-"),
    _s("GET /campaigns/{campaign}/edit", f"{NO_CAMPAIGN}/edit", RUN_NONE),
    _s("POST /campaigns/{campaign}", NO_CAMPAIGN, RUN_NONE, data={"version": "1"}),
    _s("POST /campaigns/{campaign}/act", f"{NO_CAMPAIGN}/act", "s-00-0-", data={"version": "1", "act": "start"}),
    _s("GET /campaigns/{campaign}/lists", f"{NO_CAMPAIGN}/lists", RUN_NONE),
    _s("POST /campaigns/{campaign}/lists", f"{NO_CAMPAIGN}/lists", RUN_NONE),
    _s("GET /campaigns/{campaign}/leads", f"{NO_CAMPAIGN}/leads", RUN_NONE),
    _s("POST /campaigns/{campaign}/hand-out", f"{NO_CAMPAIGN}/hand-out", RUN_NONE, data={"owner": "a1"}),
    _s("POST /campaigns/{campaign}/take-back", f"{NO_CAMPAIGN}/take-back", RUN_NONE, data={"owner": "agent:a1"}),
    _s("GET /campaigns/{campaign}/leads/{lead_id}/reveal", f"{NO_CAMPAIGN}/leads/1/reveal", "s-0-0-0"),
    _s("POST /campaigns/{campaign}/leads/{lead_id}/reveal", f"{NO_CAMPAIGN}/leads/1/reveal", "s-0-0-0", data=REASON),
    _s("GET /campaigns/{campaign}/lists/{list_id}", f"{NO_CAMPAIGN}/lists/1", RUN_NONE),
    _s("GET /campaigns/{campaign}/lists/{list_id}/progress", f"{NO_CAMPAIGN}/lists/1/progress", RUN_NONE),
    *[
        _s(f"POST /campaigns/{{campaign}}/lists/{{list_id}}/{act}", f"{NO_CAMPAIGN}/lists/1/{act}", RUN_NONE)
        for act in ("begin", "discard", "put-back", "recall", "rejects")
    ],
    *_same(CONFIG, "GET /admin/transcripts"),
    *_same("s--0-0-", "POST /admin/transcripts/again", data={"recording": "none"}),
]

AUDIT = [
    *_same(APPROVE, "GET /trainer", "GET /trainer/examples", "GET /trainer/examples.yml", "GET /trainer/groups"),
    *_same("s----+-", "GET /trainer/groups/found"),
    *_same("s----0-", "POST /trainer/review", "POST /trainer/undo", data={"contact": "none", "message": "1"}),
    *_same("s----0-", "POST /trainer/groups/take", data={"intent": "balance_query", "said": "none-1"}),
    *_same(APPROVE, "GET /trainer/figures", "GET /trainer/models"),
    _s("GET /trainer/models/{model}", "/trainer/models/none", "s----0-"),
    *_same(APPROVE, "GET /trainer/models/live"),
    *_same("s----9-", "POST /trainer/models/train", "POST /trainer/models/roll-back"),
    *_same("s----3-", "POST /trainer/models/cancel"),
    *_same("s----9-", "POST /trainer/models/submit", data={"model": "none", "share": "10"}),
    *_same("s----9-", "POST /trainer/models/approve", data={"number": "1"}),
    *_same("s----0-", "POST /trainer/models/return", data={"number": "1"}),
    *_same(APPROVE, "GET /audit", "POST /audit/verify", "POST /audit/export"),
]

USER_PAGES = [
    *_same(USERS, "GET /users"),
    *_same(USERS_ACT, "POST /users", data={"name": "x", "display_name": "", "role": "no"}),
    _s("GET /users/{user_id}", "/users/{victim}", USERS),
    _s("POST /users/{user_id}", "/users/{victim}", USERS_ACT, data={"display_name": ""}),
    _s("POST /users/{user_id}/{act}", "/users/{victim}/disable", USERS_ACT),
    _s("POST /users/{user_id}/{act}", "/users/{victim}/no-such-act", "s----0-"),
    *_same(USERS, "GET /user-files"),
    *_same(USERS_ACT, "POST /user-files/export"),
    *_same(USERS_ACT, "POST /user-files/import", data={"nothing": "x"}),
]

API = [
    *_same(ANYBODY, "GET /api/v1/openapi.json"),
    *_same(SIGNED_IN, "GET /api-reference"),
    *_same(USERS, "GET /tokens"),
    *_same(USERS_ACT, "POST /tokens", data={"name": "", "role": "agent", "scope": "all", "days": "1"}),
    _s("POST /tokens/{token_id}/revoke", "/tokens/999999/revoke", "s----0-"),
    *_same(SEE_CAMPAIGNS, "GET /api/v1/campaigns"),
    _s("GET /api/v1/campaigns/{campaign}", "/api/v1/campaigns/none", "s-00-0-"),
    _s("GET /api/v1/campaigns/{campaign}/lists/{list_id}", "/api/v1/campaigns/none/lists/1", RUN_NONE),
    _s("POST /api/v1/campaigns/{campaign}/leads", "/api/v1/campaigns/none/leads", RUN_NONE, json=LEADS),
    _s("POST /api/v1/opt-outs", "/api/v1/opt-outs", "s-99---", json={"number": "12"}),
    *_same("s-22-22", "GET /api/v1/agents", "GET /api/v1/queues"),
    _s("GET /api/v1/agents/{agent_id}", "/api/v1/agents/a1", "s-22-20"),
    _s("GET /api/v1/agents/{agent_id}", "/api/v1/agents/b1", "s-02-20"),
    _s("GET /api/v1/agents/{agent_id}", "/api/v1/agents/none", "s-00-00"),
    *_same(APPROVE, "GET /api/v1/audit", "GET /api/v1/users"),
    *_same("s22-2-2", "GET /api/v1/contacts"),
    *[
        _s(f"GET /api/v1/contacts/{{contact_id}}{part}", f"/api/v1/contacts/{contact}{part}{ask}", expected)
        for part, ask in (("", ""), ("/timeline", ""))
        for contact, expected in (
            ("past-a", "s02-2-0"),
            ("past-b", "s00-2-0"),
            ("lost-b", "s00-2-0"),
            ("none", "s00-0-0"),
        )
    ],
    _s("GET /api/v1/contacts/{contact_id}", "/api/v1/contacts/past-a?unmask=quality", "s02-2-0"),
    _s("GET /api/v1/contacts/{contact_id}", "/api/v1/contacts/past-b?unmask=quality", "s00-2-0"),
    _s("POST /api/v1/users", "/api/v1/users", USERS_ACT, json={"name": "!", "display_name": "", "role": "no"}),
    _s("POST /api/v1/users/{user_id}/disable", "/api/v1/users/999999/disable", "s----0-"),
    _s("PUT /api/v1/agents/{agent_id}/state", "/api/v1/agents/a2/state", "s-++---", json={"state": "on_break"}),
    _s("PUT /api/v1/agents/{agent_id}/state", "/api/v1/agents/b1/state", "s--+---", json={"state": "on_break"}),
]

ADMIN = [
    *_same(CONFIG, "GET /admin", "GET /admin/agents", "GET /admin/alarms", "GET /admin/calendars"),
    *_same(CONFIG, "GET /admin/calendars/new", "GET /admin/files", "GET /admin/files/export", "GET /admin/prompts"),
    *_same(
        CONFIG,
        "GET /admin/articles",
        "GET /admin/misses",
        "GET /admin/canned_replies",
        "GET /admin/channels",
        "GET /admin/chat_entries",
        "GET /admin/queues",
        "GET /admin/roles",
        "GET /admin/skills",
        "GET /admin/teams",
    ),
    _s("GET /admin/calendars/edit/{key}", "/admin/calendars/edit/service_hours", CONFIG),
    _s("GET /admin/drafts/{author}", "/admin/drafts/nobody", "s----0-"),
    _s("GET /admin/prompts/{key}/{language}/sound", "/admin/prompts/none/zh/sound", "s--0-0-"),
    _s("GET /admin/versions/{number}", "/admin/versions/1", CONFIG),
    _s("GET /admin/{section}", "/admin/numbers", CONFIG),
    _s("GET /admin/{section}", "/admin/extra", "s--0-0-"),
    _s("GET /admin/{section}/edit/{key}", "/admin/queues/edit/cards", CONFIG),
    _s("GET /admin/{section}/new", "/admin/queues/new", CONFIG),
    _s("POST /admin/calendars/edit/{key}", "/admin/calendars/edit/none", "s--0-0-"),
    _s("POST /admin/calendars/new", "/admin/calendars/new", CONFIG_ACT, data={"id": "!"}),
    _s("POST /admin/calendars/remove/{key}", "/admin/calendars/remove/none", CONFIG_ACT),
    _s("POST /admin/draft/{act}", "/admin/draft/publish", CONFIG_ACT, data={"revision": "7"}),
    _s("POST /admin/draft/{act}", "/admin/draft/no-such-act", "s--0-0-"),
    _s("POST /admin/drafts/{author}/{act}", "/admin/drafts/ops/approve", USERS_ACT, data={"revision": "7"}),
    _s("POST /admin/drafts/{author}/{act}", "/admin/drafts/admin/approve", "s----0-", data={"revision": "1"}),
    *_same(CONFIG_ACT, "POST /admin/files/import", "POST /admin/prompts", "POST /admin/roles", "POST /admin/skills"),
    _s("POST /admin/prompts/{key}/{language}/recording", "/admin/prompts/none/zh/recording", "s--0-0-"),
    _s("POST /admin/misses/{miss}/drop", "/admin/misses/999/drop", "s--0-0-"),
    _s("POST /admin/versions/{number}/rollback", "/admin/versions/999/rollback", "s--0-0-"),
    _s("POST /admin/{section}", "/admin/numbers", CONFIG_ACT, data={"agent_grace_ms": "x"}),
    _s("POST /admin/{section}/edit/{key}", "/admin/queues/edit/none", "s--0-0-"),
    _s("POST /admin/{section}/new", "/admin/queues/new", CONFIG_ACT, data={"id": "!"}),
    _s("POST /admin/{section}/remove/{key}", "/admin/queues/remove/none", CONFIG_ACT),
]

SHOTS: list[Shot] = [
    *PUBLIC,
    *CHAT,
    *OWN_ACCOUNT,
    *DESK_PAGES,
    *CONTACTS,
    *FLOOR_PAGES,
    *CALLBACKS,
    *FIGURES,
    *WHAT_IF,
    *CAMPAIGNS,
    *QUALITY_RULES,
    *REVIEWS,
    *AUDIT,
    *USER_PAGES,
    *API,
    *ADMIN,
]
ROUTES = frozenset(shot.route for shot in SHOTS)
