"""The life of a review: who may do what when. One table; nobody judges themselves or what they judged before."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Actor, Appeal, Judgement, Review, ReviewAct, ReviewState


class Who(StrEnum):
    """Whose act it is."""

    LEADER = "leader"  # whoever plans reviews
    REVIEWER = "reviewer"  # the one it is assigned to
    ANOTHER = "another"  # a reviewer who has not judged it
    AGENT = "agent"  # the one it is about


class Step(Struct, frozen=True):
    """Where an act leads and whose it is."""

    to: ReviewState
    who: Who


_S, _A = ReviewState, ReviewAct
LIFE: dict[tuple[ReviewState, ReviewAct], Step] = {
    (_S.ASSIGNED, _A.REASSIGN): Step(_S.ASSIGNED, Who.LEADER),
    (_S.ASSIGNED, _A.WITHDRAW): Step(_S.WITHDRAWN, Who.LEADER),
    (_S.ASSIGNED, _A.SUBMIT): Step(_S.REVIEWED, Who.REVIEWER),
    (_S.ASSIGNED, _A.SUBMIT_FOR_SECOND): Step(_S.SECOND, Who.REVIEWER),
    (_S.SECOND, _A.SECOND_REVIEW): Step(_S.REVIEWED, Who.ANOTHER),
    (_S.REVIEWED, _A.APPEAL): Step(_S.APPEALED, Who.AGENT),
    (_S.REVIEWED, _A.ACKNOWLEDGE): Step(_S.ACKNOWLEDGED, Who.AGENT),
    (_S.APPEALED, _A.UPHOLD): Step(_S.UPHELD, Who.ANOTHER),
    (_S.APPEALED, _A.CHANGE): Step(_S.CHANGED, Who.ANOTHER),
    (_S.UPHELD, _A.ACKNOWLEDGE): Step(_S.ACKNOWLEDGED, Who.AGENT),
    (_S.CHANGED, _A.ACKNOWLEDGE): Step(_S.ACKNOWLEDGED, Who.AGENT),
}
"""From where which act leads where; anything else is refused."""
SHOWN_TO_AGENT = frozenset({_S.REVIEWED, _S.APPEALED, _S.UPHELD, _S.CHANGED, _S.ACKNOWLEDGED})
"""States in which the agent sees the result."""
DONE = frozenset(_S) - {_S.ASSIGNED, _S.WITHDRAWN}
"""States in which the assigned reviewer has nothing left to do and the quota counts it."""
ROUNDS = {_A.SUBMIT: "first", _A.SUBMIT_FOR_SECOND: "first", _A.SECOND_REVIEW: "second", _A.CHANGE: "appeal"}
"""Acts that bring a judgement, and what its round is called."""


def acts(review: Review, by: Actor) -> tuple[ReviewAct, ...]:
    """What ``by`` may do to it now as far as its life and the four eyes go; rights come on top."""
    return tuple(act for state, act in LIFE if state is review.state and not _refusal(review, act, by))


def is_blind_for(review: Review, name: str) -> bool:
    """Whether ``name`` has yet to judge what was drawn at random, and must not see the machine's result before."""
    return review.random and review.state is ReviewState.ASSIGNED and review.reviewer == name and not review.judgements


def judged(review: Review, act: ReviewAct, by: Actor, judgement: Judgement) -> Review:
    """After an act that brings a judgement. Rejected as :func:`done`."""
    return replace(done(review, act, by), judgements=(*review.judgements, judgement))


def reassigned(review: Review, by: Actor, reviewer: Actor, others: Iterable[Review] = ()) -> Review:
    """Somebody else reviews it; ``others`` are the contact's other reviews.

    Rejected: ``own_contact`` where they would review themselves, ``own_review`` where they have judged the contact.
    """
    after = done(review, ReviewAct.REASSIGN, by)
    if reviewer.agent and reviewer.agent == review.agent:
        raise Rejected("own_contact")
    if any(reviewer.name == one.by for other in (review, *others) for one in other.judgements):
        raise Rejected("own_review")
    return replace(after, reviewer=reviewer.name)


def appealed(review: Review, by: Actor, appeal: Appeal) -> Review:
    """The agent does not agree. Rejected: ``appeal_reason``, ``appeal_again``, ``unknown_item``."""
    after = done(review, ReviewAct.APPEAL, by)
    if review.appeal is not None:
        raise Rejected("appeal_again")
    if not appeal.reason.strip():
        raise Rejected("appeal_reason")
    known = {item.id for item in review.judgements[-1].items}
    if not known.issuperset(appeal.items):
        raise Rejected("unknown_item")
    return replace(after, appeal=appeal)


def answered(review: Review, act: ReviewAct, by: Actor, at_ms: int, answer: str, judgement: Judgement | None) -> Review:
    """An appeal is decided: ``CHANGE`` brings a judgement, ``UPHOLD`` none. Rejected: ``answer_missing``."""
    after = done(review, act, by)
    if not answer.strip():
        raise Rejected("answer_missing")
    if review.appeal is None or (act is ReviewAct.CHANGE) != (judgement is not None):
        raise Rejected("review_state", f"{act} in {review.state}")
    told = replace(review.appeal, answered_by=by.name, answered_ms=at_ms, answer=answer)
    judgements = review.judgements if judgement is None else (*review.judgements, judgement)
    return replace(after, appeal=told, judgements=judgements)


def done(review: Review, act: ReviewAct, by: Actor) -> Review:
    """The review after an act.

    Rejected: ``review_state`` where its life has no such step, ``own_contact``, ``own_review`` (who judged it
    may not judge it again), ``not_reviewer``, ``not_its_agent``.
    """
    code = _refusal(review, act, by)
    if code:
        raise Rejected(code, f"{act} in {review.state}")
    return replace(review, state=LIFE[review.state, act].to)


def _refusal(review: Review, act: ReviewAct, by: Actor) -> str:
    step = LIFE.get((review.state, act))
    if step is None:
        return "review_state"
    own = by.agent != "" and by.agent == review.agent
    if step.who is Who.AGENT:
        return "" if own else "not_its_agent"
    if own:
        return "own_contact"
    if step.who is Who.REVIEWER and by.name != review.reviewer:
        return "not_reviewer"
    if step.who is Who.ANOTHER and any(by.name == one.by for one in review.judgements):
        return "own_review"
    return ""
