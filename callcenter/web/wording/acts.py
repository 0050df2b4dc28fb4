"""Audit rows as sentences: what was done, by whom and to what."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain import audit_campaigns as campaigns
from callcenter.domain import audit_configuration as configuration
from callcenter.domain import audit_leads as leads
from callcenter.domain import audit_quality as quality
from callcenter.domain import audit_reviews as reviews
from callcenter.domain import audit_training as training
from callcenter.domain.records import AuditRecord
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

SENTENCES: dict[str, str] = {
    "signed_in": N_("signed in"),
    "sign_in_failed": N_("failed to sign in"),
    "sign_in_locked": N_("was locked out after too many tries"),
    "second_factor_failed": N_("gave a wrong code of the second factor"),
    "signed_out": N_("ended the own session"),
    "session_revoked": N_("ended own sessions elsewhere"),
    "password_changed": N_("changed the own password"),
    "invitation_used": N_("set the first password by invitation"),
    "second_factor_set": N_("set up a second factor"),
    "second_factor_dropped": N_("switched the second factor off"),
    "recovery_codes_made": N_("made new recovery codes"),
    "identity_linked": N_("was linked to an identity of the provider"),
    "oidc_refused": N_("was refused after signing in at the provider"),
    "user_added": N_("added %(subject)s"),
    "user_changed": N_("changed %(subject)s"),
    "user_disabled": N_("disabled %(subject)s"),
    "user_enabled": N_("enabled %(subject)s"),
    "user_deleted": N_("deleted %(subject)s"),
    "users_imported": N_("imported users from a file"),
    "users_exported": N_("exported the list of users"),
    "password_reset": N_("reset the password of %(subject)s"),
    "user_invited": N_("made an invitation for %(subject)s"),
    "second_factor_reset": N_("removed the second factor of %(subject)s"),
    "sessions_revoked": N_("ended sessions of %(subject)s"),
    "token_made": N_("made the API token %(subject)s"),
    "token_revoked": N_("revoked the API token %(subject)s"),
    "audit_exported": N_("exported the audit log"),
    "unmasked": N_("looked at whole personal data of %(subject)s"),
    "recording_heard": N_("listened to %(subject)s"),
    "contact_exported": N_("exported %(subject)s"),
    "listen": N_("listened in on %(subject)s"),
    "whisper": N_("whispered to the agent of %(subject)s"),
    "barge": N_("joined in on %(subject)s"),
    "supervision_ended": N_("stopped listening in on %(subject)s"),
    "take_over": N_("took over %(subject)s"),
    "state_forced": N_("set the state of %(subject)s"),
    "message_sent": N_("sent a message to an agent"),
    "broadcast": N_("sent a message to many agents"),
    "queue_closed": N_("closed %(subject)s"),
    "queue_reopened": N_("opened %(subject)s again"),
    "callback_withdrawn": N_("took a callback off the list: %(subject)s"),
    "alarm_acknowledged": N_("took note of an alarm"),
    reviews.REVIEW_ASSIGNED: N_("chose a contact for review: %(subject)s"),
    reviews.REVIEW_REASSIGN: N_("gave %(subject)s to another reviewer"),
    reviews.REVIEW_WITHDRAW: N_("withdrew %(subject)s"),
    reviews.REVIEW_SUBMIT: N_("submitted %(subject)s"),
    reviews.REVIEW_SUBMIT_FOR_SECOND: N_("submitted %(subject)s and asked for a second review"),
    reviews.REVIEW_SECOND: N_("submitted the second review of %(subject)s"),
    reviews.REVIEW_APPEAL: N_("appealed against %(subject)s"),
    reviews.REVIEW_UPHOLD: N_("upheld the result of %(subject)s"),
    reviews.REVIEW_CHANGE: N_("changed the result of %(subject)s"),
    reviews.REVIEW_ACKNOWLEDGE: N_("acknowledged %(subject)s"),
    reviews.REVIEW_COMMENTED: N_("commented on %(subject)s"),
    reviews.CALIBRATION_BEGUN: N_("began %(subject)s"),
    reviews.CALIBRATION_MARKED: N_("scored a contact for %(subject)s"),
    reviews.CALIBRATION_CLOSED: N_("closed %(subject)s"),
    reviews.SAMPLING_PLAN_SAVED: N_("saved %(subject)s"),
    reviews.SAMPLE_DRAWN: N_("drew contacts for review by %(subject)s"),
    reviews.RISK_LOCKED: N_("locked %(subject)s"),
    reviews.RISK_ASSIGN: N_("assigned %(subject)s"),
    reviews.RISK_FOLLOW_UP: N_("followed up %(subject)s"),
    reviews.RISK_EXTEND: N_("gave %(subject)s more time"),
    reviews.RISK_CLOSE: N_("closed %(subject)s and unlocked its contact"),
    reviews.RISK_REOPEN: N_("opened %(subject)s again"),
    reviews.LOCKED_CONTACT_SEEN: N_("looked at %(subject)s, which is locked"),
    reviews.QUALITY_REPORT_EXPORTED: N_("exported the quality report"),
    configuration.CONFIG_IMPORTED: N_("imported a configuration into a draft"),
    configuration.CONFIG_EXPORTED: N_("exported the configuration"),
    configuration.CONFIG_SUBMITTED: N_("submitted a draft of the configuration"),
    configuration.CONFIG_RETURNED: N_("returned a draft of the configuration"),
    configuration.CONFIG_APPROVED: N_("approved a draft; it is in force as %(subject)s"),
    configuration.CONFIG_PUBLISHED: N_("published %(subject)s"),
    configuration.CONFIG_ROLLED_BACK: N_("went back to an earlier configuration, now %(subject)s"),
    configuration.MISS_DROPPED: N_("took a question off the list of those without an article"),
    configuration.TRANSCRIPTION_AGAIN: N_("had the transcript of %(subject)s tried again"),
    configuration.CONFIG_DISCARDED: N_("discarded a draft of the configuration"),
    configuration.SKILLS_CHANGED: N_("changed the skills of %(subject)s"),
    configuration.TEAM_CHANGED: N_("changed the team of %(subject)s"),
    configuration.PROMPT_UPLOADED: N_("uploaded %(subject)s"),
    campaigns.CAMPAIGN_EDITED: N_("wrote the request for %(subject)s"),
    campaigns.CAMPAIGN_SUBMIT: N_("submitted %(subject)s for approval"),
    campaigns.CAMPAIGN_APPROVE: N_("approved %(subject)s"),
    campaigns.CAMPAIGN_REJECT: N_("sent back %(subject)s"),
    campaigns.CAMPAIGN_WITHDRAW: N_("took back %(subject)s"),
    campaigns.CAMPAIGN_START: N_("started %(subject)s"),
    campaigns.CAMPAIGN_PAUSE: N_("paused %(subject)s"),
    campaigns.CAMPAIGN_FINISH: N_("ended %(subject)s"),
    campaigns.OPTED_OUT: N_("noted that a person must not be called any more"),
    training.MODEL_TRAINED: N_("trained %(subject)s"),
    training.MODEL_SUBMITTED: N_("submitted %(subject)s for approval"),
    training.MODEL_APPROVED: N_("approved %(subject)s; it answers"),
    training.MODEL_RETURNED: N_("sent back %(subject)s"),
    training.MODEL_ROLLED_BACK: N_("went back to %(subject)s"),
    quality.QUALITY_PUBLISHED: N_("published %(subject)s"),
    quality.QUALITY_ROLLED_BACK: N_("went back to %(subject)s"),
    quality.QUALITY_DRAFT_DROPPED: N_("threw away the draft of %(subject)s"),
    quality.SCORING_AGAIN: N_("had contacts scored whose scoring was given up"),
    leads.LIST_UPLOADED: N_("uploaded %(subject)s"),
    leads.LIST_READ: N_("had %(subject)s read"),
    leads.LIST_DISCARDED: N_("discarded %(subject)s"),
    leads.LIST_RECALLED: N_("recalled %(subject)s"),
    leads.LIST_PUT_BACK: N_("put %(subject)s back into dialling"),
    leads.REJECTS_DOWNLOADED: N_("downloaded the rejected rows of %(subject)s"),
    leads.LEADS_HANDED_OUT: N_("handed out leads of %(subject)s"),
    leads.LEADS_TAKEN_BACK: N_("took back leads of %(subject)s"),
}

_SUBJECTS: dict[str, str] = {
    "user": N_("user %(name)s"),
    "contact": N_("contact %(name)s"),
    "customer": N_("customer no. %(name)s"),
    "recording": N_("recording %(name)s"),
    "agent": N_("agent %(name)s"),
    "queue": N_("queue %(name)s"),
    "config": N_("configuration %(name)s"),
    "prompt": N_("prompt %(name)s"),
    "lead_list": N_("lead list no. %(name)s"),
    "lead": N_("lead no. %(name)s"),
    "campaign": N_("campaign %(name)s"),
    "model": N_("the assistant's model %(name)s"),
    "calibration": N_("calibration session %(name)s"),
    "quality_rules": N_("quality rules %(name)s"),
    "quality_form": N_("score form %(name)s"),
    "token": N_("%(name)s"),
}


def sentence(words: Words, record: AuditRecord, users: Mapping[str, str]) -> str:
    """What was done; ``users`` gives names for subjects such as ``user:7``. An act of a later version is named."""
    text = SENTENCES.get(record.act)
    if text is None:
        return record.act
    done = words.gettext(text, subject=subject_of(words, record, users))
    return words.gettext("was refused, nothing happened: %(act)s", act=done) if "refused" in record.detail else done


def subject_of(words: Words, record: AuditRecord, users: Mapping[str, str]) -> str:
    """What it was done to."""
    kind, _, value = record.subject.partition(":")
    name = {"agent": words.agent, "queue": words.queue}.get(kind, str)(value)
    if kind in ("user", "token"):
        name = str(record.detail.get("name") or users.get(record.subject, value))
    if kind == "user" and words.person(name) != name:
        name = words.aside(words.person(name), name)
    text = _SUBJECTS.get(kind)
    return words.gettext(text, name=name) if text else record.subject


def actor_of(words: Words, record: AuditRecord) -> str:
    """Who did it, by the name shown; a name somebody only claimed says so."""
    kind, _, name = record.actor.partition(":")
    match kind:
        case "name":
            return words.gettext("somebody as “%(name)s”", name=name)
        case "token":
            return words.gettext("API token %(name)s", name=name)
        case _:
            return words.person(record.actor)


def sign_in_name(words: Words, record: AuditRecord) -> str:
    """What the log itself has for who did it, where another name is shown; else empty."""
    return record.actor if ":" not in record.actor and words.person(record.actor) != record.actor else ""
