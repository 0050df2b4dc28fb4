"""What agents ask of the router apart from contacts: begin and end their shift, be available, go on a break."""

from __future__ import annotations

from callcenter.domain.agent import BREAK_REASON_SIGNED_IN, AgentInput, AgentState
from callcenter.domain.errors import Rejected
from callcenter.routing.decisions import Decision
from callcenter.routing.picture import RouterPicture
from callcenter.routing.reconfigure import sign_out

AVAILABLE, OFFERED, BUSY = AgentState.AVAILABLE, AgentState.OFFERED, AgentState.BUSY
WRAP_UP, ON_BREAK, LOGGED_OUT = AgentState.WRAP_UP, AgentState.ON_BREAK, AgentState.LOGGED_OUT


class Shifts(RouterPicture):
    """Agents come, go and rest; :class:`~callcenter.routing.acd.Acd` adds contacts and offers."""

    def sign_in(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift begins, on break until they say they are ready. A second sign-in changes nothing."""
        slot = self._slot(agent)
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state is LOGGED_OUT:
            pool.signed_in += 1
            for work in slot.classes:
                work.signed_in += 1
            slot.worked_ms = 0
            pool.change(out, slot, slot.after(AgentInput.SIGN_IN), BREAK_REASON_SIGNED_IN)
        elif slot.next_state is LOGGED_OUT and not slot.retired:
            slot.next_state = None
            pool.reopen(out, slot)
        return out

    def sign_out(self, agent: str, now_ms: int) -> list[Decision]:
        """The agent's shift ends: after the present work, wrap-up included; a standing offer is withdrawn at once."""
        slot = self._slot(agent)
        out = self._pool.begin(now_ms)
        if slot.state is not LOGGED_OUT:
            sign_out(self._pool, out, slot, "agent_signed_out")
        return out

    def request_state(self, agent: str, state: AgentState, reason: str, now_ms: int) -> list[Decision]:
        """The agent asks to be AVAILABLE or ON_BREAK; during an offer, talk or wrap-up it is remembered.

        An agent who has asked for a break gets no new contact beside those in hand.
        Rejected: ``unknown_agent``, ``not_signed_in``, ``state_not_requestable``.
        """
        slot = self._slot(agent)
        if state not in (AVAILABLE, ON_BREAK):
            raise Rejected("state_not_requestable", f"{state} cannot be asked for")
        if slot.state is LOGGED_OUT:
            raise Rejected("not_signed_in", f"agent {agent} is not signed in")
        pool = self._pool
        out = pool.begin(now_ms)
        if slot.state in (OFFERED, BUSY, WRAP_UP):
            if not slot.retired:
                slot.next_state, slot.next_reason = state, reason if state is ON_BREAK else ""
                if bool(slot.idle_seq) != slot.open:
                    pool.reopen(out, slot)
        elif state is ON_BREAK and (slot.state is AVAILABLE or slot.reason != reason):
            pool.change(out, slot, slot.after(AgentInput.GO_ON_BREAK), reason)
        elif state is AVAILABLE and slot.state is ON_BREAK:
            pool.change(out, slot, slot.after(AgentInput.GO_AVAILABLE))
            pool.reopen(out, slot)
        return out
