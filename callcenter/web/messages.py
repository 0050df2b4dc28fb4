"""What a refusal says to the person: one sentence for each code, with what to do next."""

from __future__ import annotations

from callcenter.web.i18n import N_
from callcenter.web.words import Words

MESSAGES: dict[str, str] = {
    "not_signed_in": N_("You are not signed in at this desk. Reload the page to sign in."),
    "unknown_agent": N_("There is no such agent any more. Choose someone else from the list."),
    "no_agent": N_("This user has no agent. Ask an administrator to link one."),
    "not_your_contact": N_("This contact is over or not yours any more."),
    "not_your_desk": N_("Another window has this desk now. Take it back there first."),
    "state_not_allowed": N_("That can't be done in this state."),
    "state_not_requestable": N_("That can't be done in this state."),
    "offer_gone": N_("The offer is gone: the caller hung up or someone else took it."),
    "consult_running": N_("A consultation is going on. Complete or cancel it first."),
    "no_consult": N_("There is no consultation to complete."),
    "consult_not_answered": N_("The other side has not answered yet."),
    "bad_target": N_("There is no such target. Choose one from the list or check the number."),
    "transfer_to_self": N_("You can't transfer a call to yourself."),
    "warm_needs_a_person": N_("Speak-first needs an agent or a number. Use a direct transfer for a queue."),
    "agent_not_available": N_("They are not available now. Choose someone else."),
    "unknown_queue": N_("There is no such queue."),
    "unknown_flow": N_("There is no such flow."),
    "unknown_disposition": N_("Choose a disposition from the list."),
    "disposition_required": N_("Choose a disposition first."),
    "nothing_to_wrap_up": N_("There is nothing to file."),
    "unknown_reason": N_("Choose a break reason from the list."),
    "bad_digits": N_("Only 0–9, * and # can be sent."),
    "telephony_down": N_("The telephone system can't be reached. It is being reconnected; try again in a moment."),
    "no_recording": N_("This call is not being recorded."),
    "nobody_to_listen_to": N_("There is no agent on this call to listen to."),
    "unknown_mode": N_("Choose listen, whisper or barge."),
    "recording_missing": N_("The audio file is missing. Its entry is kept; tell an operator the contact's number."),
    "name_taken": N_("There is already a user of this name."),
    "name_invalid": N_("A sign-in name has 2 to 40 letters, digits, dots, dashes or underscores."),
    "display_name_invalid": N_("The name shown has 1 to 60 characters."),
    "role_unknown": N_("Choose a role from the list."),
    "own_user": N_("You can't do this to yourself. Ask another administrator."),
    "password_short": N_("Use at least 10 characters."),
    "password_long": N_("Use at most 200 characters."),
    "password_is_name": N_("The password must not contain the sign-in name."),
    "password_simple": N_("Use at least five different characters."),
    "password_differs": N_("The two new passwords differ."),
    "password_same": N_("The new password must be another one."),
    "password_wrong": N_("The present password is wrong."),
    "must_change_password": N_("Change your password first."),
    "guest_phone_off": N_("The web phone is switched off here."),
    "bad_request": N_("The request could not be read."),
}

_FORBIDDEN: dict[str, str] = {
    "right": N_("Your role does not include this. Ask your supervisor if you need it."),
    "csrf": N_("This page is out of date. Reload it and try again; what you typed is kept."),
    "other_site": N_("This request came from another site and was not carried out."),
    "loopback": N_("This address answers only on the machine itself."),
}


def refusal(words: Words, code: str) -> str:
    """The sentence for a refusal; an unknown code is named."""
    text = MESSAGES.get(code)
    return words.gettext(text) if text else words.gettext("That was refused (%(code)s).", code=code)


def forbidden(words: Words, code: str) -> str:
    """Why a request was not let in."""
    return words.gettext(_FORBIDDEN.get(code, _FORBIDDEN["right"]))
