"""Calibration sessions: who still has to score what, what may be seen, and how far reviewers agree."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.calibration import CalibrationMark, CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Judgement, MarkedItem
from callcenter.quality.review.agreement import Kappa, cohen, fleiss, verdict

MOST_CONTACTS = 50


class ItemSpread(Struct, frozen=True):
    """How far reviewers agree whether an item loses points; ``verdicts``: reviewer to how often they took some."""

    item: str
    kappa: Kappa | None
    verdicts: dict[str, int]


class ReviewerSpread(Struct, frozen=True):
    """A reviewer's mean score and how far it lies from the mean of all, positive: kinder."""

    reviewer: str
    mean: float
    apart: float


class Difference(Struct, frozen=True):
    """An item for which reviewers gave different points; ``given``: reviewer to what they gave and why."""

    contact: str
    item: str
    given: dict[str, MarkedItem]


class Outcome(Struct, frozen=True):
    """What a session shows: of conversations that all reviewers scored, how many, and who agrees on what."""

    contacts: int
    overall: Kappa | None
    items: tuple[ItemSpread, ...]
    reviewers: tuple[ReviewerSpread, ...]


def begin(session: CalibrationSession) -> CalibrationSession:
    """One that can be held. Rejected: ``calibration_title``, ``calibration_reviewers``, ``calibration_contacts``."""
    if not session.title.strip():
        raise Rejected("calibration_title")
    if len(set(session.reviewers)) < 2 or len(set(session.reviewers)) != len(session.reviewers):
        raise Rejected("calibration_reviewers")
    if not 0 < len(session.contacts) <= MOST_CONTACTS or len(set(session.contacts)) != len(session.contacts):
        raise Rejected("calibration_contacts")
    return session


def marked(session: CalibrationSession, contact: str, by: str, judgement: Judgement) -> CalibrationSession:
    """With a reviewer's judgement; a later one replaces it while the session is open.

    Rejected: ``calibration_closed``, ``not_reviewer``, ``unknown_contact``.
    """
    if session.closed_ms:
        raise Rejected("calibration_closed")
    if by not in session.reviewers:
        raise Rejected("not_reviewer")
    if contact not in session.contacts:
        raise Rejected("unknown_contact")
    others = tuple(one for one in session.marks if (one.contact, one.reviewer) != (contact, by))
    return replace(session, marks=(*others, CalibrationMark(contact, by, judgement)))


def closed(session: CalibrationSession, by: str, at_ms: int, note: str) -> CalibrationSession:
    """The session at its end. Rejected: ``calibration_closed``, ``not_its_maker``."""
    if session.closed_ms:
        raise Rejected("calibration_closed")
    if by != session.made_by:
        raise Rejected("not_its_maker")
    return replace(session, closed_ms=at_ms, note=note)


def sees_all(session: CalibrationSession, name: str) -> bool:
    """Whether somebody may see what everybody gave: after the end, or its maker when they do not score themselves."""
    return bool(session.closed_ms) or (name == session.made_by and name not in session.reviewers)


def seen_by(session: CalibrationSession, name: str) -> tuple[CalibrationMark, ...]:
    """The judgements somebody may see: until the end their own, but for ``sees_all``."""
    return session.marks if sees_all(session, name) else tuple(one for one in session.marks if one.reviewer == name)


def waiting(session: CalibrationSession, name: str) -> tuple[str, ...]:
    """The conversations that a reviewer has yet to score."""
    if session.closed_ms or name not in session.reviewers:
        return ()
    done = {one.contact for one in session.marks if one.reviewer == name}
    return tuple(one for one in session.contacts if one not in done)


def differences(session: CalibrationSession) -> tuple[Difference, ...]:
    """Where reviewers gave different points, in conversations that all of them scored."""
    found = []
    for contact, judgements in _whole(session).items():
        each = {who: {item.id: item for item in judgements[who].items} for who in session.reviewers}
        for name in each[session.reviewers[0]]:
            given = {who: items[name] for who, items in each.items() if name in items}
            if len({item.points for item in given.values()}) > 1:
                found.append(Difference(contact, name, given))
    return tuple(found)


def outcome(session: CalibrationSession) -> Outcome:
    """How far the reviewers agree on conversations that all of them scored: Cohen's kappa for two, Fleiss' for more."""
    whole = list(_whole(session).values())
    items: dict[str, list[list[bool]]] = {}
    for judgements in whole:
        for name, verdicts in _verdicts(judgements, session.reviewers).items():
            items.setdefault(name, []).append(verdicts)
    spreads = tuple(
        ItemSpread(name, _kappa(seen), {who: sum(one[at] for one in seen) for at, who in enumerate(session.reviewers)})
        for name, seen in items.items()
    )
    return Outcome(
        contacts=len(whole),
        overall=_kappa([one for seen in items.values() for one in seen]),
        items=spreads,
        reviewers=_reviewers(whole, session.reviewers),
    )


def _whole(session: CalibrationSession) -> dict[str, dict[str, Judgement]]:
    """Conversation to reviewer to judgement, of those that all reviewers scored."""
    by_contact: dict[str, dict[str, Judgement]] = {}
    for mark in session.marks:
        by_contact.setdefault(mark.contact, {})[mark.reviewer] = mark.judgement
    full = len(session.reviewers)
    return {one: by_contact[one] for one in session.contacts if len(by_contact.get(one, {})) == full}


def _verdicts(judgements: dict[str, Judgement], reviewers: Sequence[str]) -> dict[str, list[bool]]:
    """Item to whether each reviewer took points, for items that all of them scored."""
    each = [{item.id: verdict(item) for item in judgements[who].items} for who in reviewers]
    return {name: [one[name] for one in each] for name in each[0] if all(name in one for one in each)}


def _kappa(seen: Sequence[Sequence[bool]]) -> Kappa | None:
    if seen and len(seen[0]) == 2:
        return cohen([(one[0], one[1]) for one in seen])
    return fleiss(seen)


def _reviewers(whole: Sequence[dict[str, Judgement]], reviewers: Sequence[str]) -> tuple[ReviewerSpread, ...]:
    if not whole:
        return ()
    means = {who: sum(one[who].score for one in whole) / len(whole) for who in reviewers}
    middle = sum(means.values()) / len(means)
    return tuple(ReviewerSpread(who, means[who], means[who] - middle) for who in reviewers)
