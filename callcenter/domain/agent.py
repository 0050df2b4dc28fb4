"""Agent states and the one table of how they change."""

from __future__ import annotations

from enum import StrEnum


class AgentState(StrEnum):
    """What an agent is doing."""

    __hash__ = str.__hash__  # that of an enumeration is a call into Python, on every look into a table

    LOGGED_OUT = "logged_out"
    AVAILABLE = "available"
    OFFERED = "offered"
    BUSY = "busy"
    WRAP_UP = "wrap_up"
    ON_BREAK = "on_break"


class AgentInput(StrEnum):
    """What can happen to an agent."""

    __hash__ = str.__hash__

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    GO_AVAILABLE = "go_available"
    GO_ON_BREAK = "go_on_break"
    OFFER = "offer"
    OFFER_ENDS = "offer_ends"  # withdrawn, declined, caller hung up
    OFFER_MISSED = "offer_missed"  # RONA: redirection on no answer
    BACK_TO_TALK = "back_to_talk"  # an offer came to nothing while other contacts are in hand
    BACK_TO_WRAP_UP = "back_to_wrap_up"  # the same, with nothing but wrap-up in hand
    CONNECT = "connect"
    RELEASE = "release"
    WRAP_UP_ENDS = "wrap_up_ends"


S, E = AgentState, AgentInput

AGENT_TABLE: dict[tuple[AgentState, AgentInput], AgentState] = {
    (S.LOGGED_OUT, E.SIGN_IN): S.ON_BREAK,
    (S.AVAILABLE, E.SIGN_OUT): S.LOGGED_OUT,
    (S.ON_BREAK, E.SIGN_OUT): S.LOGGED_OUT,
    (S.WRAP_UP, E.SIGN_OUT): S.LOGGED_OUT,
    (S.OFFERED, E.SIGN_OUT): S.LOGGED_OUT,
    (S.BUSY, E.SIGN_OUT): S.LOGGED_OUT,
    (S.ON_BREAK, E.GO_AVAILABLE): S.AVAILABLE,
    (S.WRAP_UP, E.GO_AVAILABLE): S.AVAILABLE,
    (S.AVAILABLE, E.GO_ON_BREAK): S.ON_BREAK,
    (S.WRAP_UP, E.GO_ON_BREAK): S.ON_BREAK,
    (S.ON_BREAK, E.GO_ON_BREAK): S.ON_BREAK,
    (S.AVAILABLE, E.OFFER): S.OFFERED,
    (S.BUSY, E.OFFER): S.OFFERED,
    (S.WRAP_UP, E.OFFER): S.OFFERED,
    (S.OFFERED, E.BACK_TO_TALK): S.BUSY,
    (S.OFFERED, E.BACK_TO_WRAP_UP): S.WRAP_UP,
    (S.OFFERED, E.OFFER_ENDS): S.AVAILABLE,
    (S.OFFERED, E.OFFER_MISSED): S.ON_BREAK,
    (S.OFFERED, E.CONNECT): S.BUSY,
    (S.AVAILABLE, E.CONNECT): S.BUSY,
    (S.ON_BREAK, E.CONNECT): S.BUSY,
    (S.BUSY, E.CONNECT): S.BUSY,
    (S.WRAP_UP, E.CONNECT): S.BUSY,
    (S.BUSY, E.RELEASE): S.WRAP_UP,
    (S.WRAP_UP, E.WRAP_UP_ENDS): S.AVAILABLE,
}
"""Every legal step. What is not here is refused, and the state stays as it is."""

BREAK_REASON_MISSED = "missed_offer"
"""The break reason set by us when an offer was not answered (RONA)."""
BREAK_REASON_SIGNED_IN = "signed_in"
"""The reason an agent is on break right after signing in, until they say they are ready."""
BREAK_REASON_CONNECTION_LOST = "connection_lost"
"""The break reason set by us when an agent's page or phone was gone for longer than the grace time."""
