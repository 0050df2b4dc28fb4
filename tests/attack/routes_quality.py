"""Who may do what with rules, reviews and reports of quality."""

from __future__ import annotations

from tests.attack.shots import same as _same
from tests.attack.shots import shot as _s

RULES, RULES_NONE, NO_RULES = "s-2-2--", "s-0-0--", "/quality/rules/rules/99"
REVISION = {"revision": "1"}
QUALITY_RULES = [
    *_same(RULES, "GET /quality/rules"),
    *_same("s-+-+--", "POST /quality/rules/begin", data={"kind": "form"}),
    *_same("s-+-+--", "POST /quality/rules/again"),
    _s("GET /quality/rules/{kind}/{number}", NO_RULES, RULES_NONE),
    _s("POST /quality/rules/{kind}/{number}", NO_RULES, RULES_NONE, data=REVISION),
    _s("POST /quality/rules/{kind}/{number}/back", f"{NO_RULES}/back", RULES_NONE, data=REVISION),
    _s("POST /quality/rules/{kind}/{number}/drop", f"{NO_RULES}/drop", "s-9-9--"),
]

REVIEW, REVIEW_NONE, NO_REVIEW = "s---2--", "s---0--", "/quality/reviews/none"
NO_SESSION = "/quality/calibration/none"
NO_PLAN, NO_CASE, NO_RESULT = "/quality/plans/none", "/quality/risks/none", "/quality/mine/none"
REVIEWS = [
    *_same("s33-2--", "GET /quality"),
    *_same("s---+--", "POST /quality/reviews", data={"contact": "none"}),
    _s("GET /quality/reviews/{review}", NO_REVIEW, REVIEW_NONE),
    _s("POST /quality/reviews/{review}", NO_REVIEW, REVIEW_NONE, data={"version": "1", "act": "submit"}),
    _s("POST /quality/reviews/{review}/reviewer", f"{NO_REVIEW}/reviewer", REVIEW_NONE, data={"version": "1"}),
    _s("POST /quality/reviews/{review}/comments", f"{NO_REVIEW}/comments", REVIEW_NONE, data={"text": "x"}),
    *_same("s22-9--", "GET /quality/mine"),
    _s("GET /quality/mine/{review}", NO_RESULT, "s00-0--"),
    _s("POST /quality/mine/{review}/appeal", f"{NO_RESULT}/appeal", "s00-0--", data={"reason": "x"}),
    _s("POST /quality/mine/{review}/acknowledge", f"{NO_RESULT}/acknowledge", "s00-0--"),
    *_same(REVIEW, "GET /quality/plans", "GET /quality/plans/new", "GET /quality/risks"),
    *_same("s---+--", "POST /quality/plans", data={"title": ""}),
    *_same(REVIEW, "GET /quality/calibration", "GET /quality/calibration/new"),
    *_same("s---+--", "POST /quality/calibration", data={"title": ""}),
    _s("GET /quality/calibration/{session}", NO_SESSION, REVIEW_NONE),
    _s("POST /quality/calibration/{session}/close", f"{NO_SESSION}/close", REVIEW_NONE),
    _s("GET /quality/calibration/{session}/contacts/{contact}", f"{NO_SESSION}/contacts/past-a", REVIEW_NONE),
    _s("POST /quality/calibration/{session}/contacts/{contact}", f"{NO_SESSION}/contacts/past-a", REVIEW_NONE),
    _s("GET /quality/plans/{plan}", NO_PLAN, REVIEW_NONE),
    _s("POST /quality/plans/{plan}", NO_PLAN, REVIEW_NONE, data={"version": "1"}),
    _s("POST /quality/plans/{plan}/draw", f"{NO_PLAN}/draw", REVIEW_NONE, data={"period": "2026-03-01"}),
    _s("GET /quality/risks/{case}", NO_CASE, REVIEW_NONE),
    _s("POST /quality/risks/{case}", NO_CASE, REVIEW_NONE, data={"version": "1", "act": "follow_up"}),
    *_same("s22-2--", "GET /quality/reports", "GET /quality/reports.xlsx"),
]
