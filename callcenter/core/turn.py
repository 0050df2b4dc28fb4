"""One call of ``handle``: the event's time, the memory, and the effects gathered so far."""

from __future__ import annotations

from msgspec import Struct

from callcenter.core.prompts import say
from callcenter.core.state import CONTACT_TABLE, Contact, CoreState, DeskState, Leg
from callcenter.domain.config import ChatRule, QueueConfig
from callcenter.domain.contact import LegRole, Place, Prompt, Why
from callcenter.domain.effects import (
    AlarmRaised,
    CancelTimer,
    Effect,
    StartMusic,
    StartTimer,
    StopMusic,
    StopPlay,
)
from callcenter.domain.errors import Corrupt
from callcenter.flow.interpreter import Interpreter
from callcenter.routing.acd import Acd


class Redirect(Struct, frozen=True):
    """Where a contact must go next, decided while another room had the word."""

    contact: str
    target: str
    why: Why


class Parts(Struct):
    """What lives as long as the core: memory, router, flow interpreter."""

    state: CoreState
    acd: Acd
    interpreter: Interpreter


class Turn:
    """Gathers the effects of one event. Handlers are functions of a turn; they change memory and ``emit``."""

    __slots__ = ("acd", "by", "effects", "interpreter", "now", "parts", "redirects", "staff_left", "state")

    def __init__(self, parts: Parts, now_ms: int) -> None:
        self.parts = parts
        self.state = parts.state
        self.acd = parts.acd
        self.interpreter = parts.interpreter
        self.now = now_ms
        self.effects: list[Effect] = []
        self.redirects: list[Redirect] = []
        self.staff_left = False
        """Whether somebody signed out, so that those who wait are to be looked at."""
        self.by = ""
        """Whoever acts from the floor page, while they do."""

    def emit(self, *effects: Effect) -> None:
        """Add effects, in order."""
        self.effects.extend(effects)

    def contact(self, contact: str) -> Contact | None:
        """A contact that has not ended, or None."""
        found = self.state.contacts.get(contact)
        return None if found is None or found.ended else found

    def contact_of_leg(self, leg: str) -> Contact | None:
        """The contact a leg belongs to, ended or not; None for a leg we do not know."""
        return self.state.contacts.get(self.state.legs.get(leg, ""))

    def desk(self, agent: str) -> DeskState:
        """The agent's desk, made on first use."""
        return self.state.desks.setdefault(agent, DeskState(agent=agent))

    def move(self, contact: Contact, place: Place) -> None:
        """Change where a contact is. Raises ``Corrupt`` for a move the table does not have."""
        if place is contact.place:
            return
        if place not in CONTACT_TABLE[contact.place]:
            raise Corrupt(f"contact {contact.id} cannot go from {contact.place} to {place}")
        contact.place = place

    def start_timer(self, name: str, at_ms: int) -> None:
        """Run ``name`` at a time; replaces one of the same name."""
        self.state.timers[name] = at_ms
        self.emit(StartTimer(timer=name, at_ms=at_ms))

    def cancel_timer(self, name: str) -> None:
        """Forget a timer, if it runs."""
        if self.state.timers.pop(name, None) is not None:
            self.emit(CancelTimer(timer=name))

    def alarm(self, code: str, **detail: object) -> None:
        """Tell the operators."""
        self.emit(AlarmRaised(code=code, detail=dict(detail)))

    def add_leg(self, contact: Contact, role: LegRole, party: str) -> str:
        """Name a new leg of ours; the name is the same in every replay."""
        contact.leg_counter += 1
        leg = f"leg-{contact.id}-{contact.leg_counter}"
        contact.legs[leg] = Leg(id=leg, role=role, party=party)
        self.state.legs[leg] = contact.id
        return leg

    def drop_leg(self, contact: Contact, leg: str) -> None:
        """Forget a leg; what is still said about it is ignored."""
        contact.legs.pop(leg, None)
        self.state.legs.pop(leg, None)

    def request(self, contact: Contact) -> str:
        """A new request id for a prompt outside flows."""
        contact.request_counter += 1
        return f"{contact.id}.q{contact.request_counter}"

    def music_on(self, contact: Contact) -> None:
        """Let the customer hear music, unless they do, or write, or are not on the line."""
        if contact.music or contact.chat is not None or contact.virtual:
            return
        contact.music = True
        music = self.state.music_of(contact.queue)
        self.emit(StartMusic(contact=contact.id, leg=contact.customer_leg, music=music))

    def quiet(self, contact: Contact) -> None:
        """End music and announcements to the customer."""
        if contact.playing:
            self.emit(StopPlay(contact=contact.id, leg=contact.customer_leg, request=contact.playing))
            contact.playing = ""
        if contact.music:
            contact.music = False
            self.emit(StopMusic(contact=contact.id, leg=contact.customer_leg))

    def send(self, contact: Contact, target: str, why: Why) -> None:
        """Send a contact to ``queue:ID``, ``flow:NAME`` or ``number:N`` once this handler is through."""
        self.redirects.append(Redirect(contact=contact.id, target=target, why=why))

    def forget_if_over(self, contact: str) -> None:
        """Drop an ended contact from memory once nothing of it is open: recording, wrap-up."""
        found = self.state.contacts.get(contact)
        if found is None or not found.ended or found.recording is not None or found.wrapping_up:
            return
        del self.state.contacts[contact]

    def say(self, contact: Contact, sentence: str, **values: object) -> Prompt:
        """One of the centre's own sentences, as this centre words it."""
        return say(self.state.config.prompts, contact, sentence, **values)

    def chat_rule(self, contact: Contact) -> ChatRule:
        """How chats are held where the contact is: its queue's rule, else the common one."""
        return self.queue_config(contact).chat

    def queue_config(self, contact: Contact) -> QueueConfig:
        """The settings of the contact's queue; the defaults where it has none that is configured."""
        return self.state.config.queues.get(contact.queue) or QueueConfig(id=contact.queue, names={})

    def team(self, agent: str) -> str:
        """The agent's team."""
        desk, config = self.desk(agent), self.acd.config_of(agent)
        if config is not None:
            desk.team = config.team
        return desk.team
