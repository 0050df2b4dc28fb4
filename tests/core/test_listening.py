"""The assistant in the core: asked by a command, answered by an event, silent once a contact is with people."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.core import snapshot
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import Place
from tests.core.centre import Centre


@pytest.fixture
def centre() -> Centre:
    made = Centre()
    made.ready("1001")
    return made


def listened(centre: Centre, contact: str) -> ef.Listen:
    return [e for entry in centre.journal for e in entry.effects if isinstance(e, ef.Listen)][-1]


def heard(centre: Centre, contact: str, number: int = 1, **more: object) -> tuple[ef.Effect, ...]:
    asked = listened(centre, contact)
    return centre(ev.SentenceHeard(leg=asked.leg, request=asked.request, number=number, **more))  # type: ignore[arg-type]


def test_a_sentence_is_heard_understood_and_led_on(centre: Centre) -> None:
    contact = centre.chat(entry="bot")
    (asked,) = [e for e in heard(centre, contact) if isinstance(e, ef.Understand)]
    assert (asked.message, asked.quote) == (1, False)
    understood = ev.SentenceUnderstood(contact=contact, request=asked.request, ok=True, intent="person")
    effects = centre(understood)
    assert [e.intent for e in effects if isinstance(e, ef.SentenceTaken)] == ["person"]
    assert centre.state(contact).place is Place.OFFERED
    assert centre(understood) == (), "twice is once"
    assert f"understand:{contact}" not in centre.center.state.timers


def test_who_does_not_answer_in_time_hands_the_contact_to_a_person_and_is_not_heard_later(centre: Centre) -> None:
    contact = centre.chat(entry="bot")
    (asked,) = [e for e in heard(centre, contact) if isinstance(e, ef.Understand)]
    name = f"understand:{contact}"
    centre.now = centre.center.state.timers[name]
    effects = centre(ev.TimerFired(timer=name))
    assert [e.code for e in effects if isinstance(e, ef.AlarmRaised)] == ["assistant_failed"]
    assert centre.state(contact).place is Place.OFFERED
    late = ev.SentenceUnderstood(contact=contact, request=asked.request, ok=True, intent="slow")
    assert centre(late) == ()


def test_a_secret_is_a_key_and_the_summary_shows_dots(centre: Centre) -> None:
    contact = centre.chat(entry="bot")
    heard(centre, contact, secret="vault-key")
    heard(centre, contact, number=2, chosen="/person")
    (told,) = centre.facts(ef.HandedOver)
    assert told.known == {"number": "••••"}
    assert told.missing == ()
    (view,) = centre.center.state.contacts.values()
    assert view.handed_over == told


def test_replay_and_snapshot_come_out_the_same(centre: Centre) -> None:
    contact = centre.chat(entry="bot")
    asked = next(e for e in heard(centre, contact) if isinstance(e, ef.Understand))
    again = snapshot.load(snapshot.dump(centre.center))
    assert again is not None
    event = ev.SentenceUnderstood(contact=contact, request=asked.request, ok=True, intent="person")
    assert again.handle(event, centre.now) == centre(event)
    assert list(replay(Center(), centre.journal)) == []
    assert msgspec.to_builtins(again.state) == msgspec.to_builtins(centre.center.state)
