"""The one registry of acts the audit log holds. An act that is not here must not be written."""

from __future__ import annotations

from callcenter.domain import (
    audit_campaigns,
    audit_configuration,
    audit_leads,
    audit_quality,
    audit_reviews,
    audit_training,
)

SIGN_IN_ACTS = frozenset(
    {
        "signed_in",
        "sign_in_failed",
        "sign_in_locked",
        "second_factor_failed",
        "signed_out",
        "session_revoked",
        "password_changed",
        "invitation_used",
        "second_factor_set",
        "second_factor_dropped",
        "recovery_codes_made",
        "identity_linked",
        "oidc_refused",
    }
)
USER_ACTS = frozenset(
    {
        "user_added",
        "user_changed",
        "user_disabled",
        "user_enabled",
        "user_deleted",
        "users_imported",
        "users_exported",
        "password_reset",
        "user_invited",
        "second_factor_reset",
        "sessions_revoked",
        "token_made",
        "token_revoked",
        "audit_exported",
    }
)
DATA_ACTS = frozenset({"unmasked", "recording_heard", "contact_exported"})
FLOOR_ACTS = frozenset(
    {
        "listen",
        "whisper",
        "barge",
        "supervision_ended",
        "take_over",
        "state_forced",
        "message_sent",
        "broadcast",
        "queue_closed",
        "queue_reopened",
        "callback_withdrawn",
        "alarm_acknowledged",
    }
)
CONFIGURATION_ACTS = frozenset(value for name, value in vars(audit_configuration).items() if name.isupper())
TRAINING_ACTS = frozenset(value for name, value in vars(audit_training).items() if name.isupper())
LEAD_ACTS = frozenset(value for name, value in vars(audit_leads).items() if name.isupper())

QUALITY_ACTS = frozenset(value for name, value in vars(audit_quality).items() if name.isupper())
CAMPAIGN_ACTS = frozenset(value for name, value in vars(audit_campaigns).items() if name.isupper())
REVIEW_ACTS = frozenset(value for name, value in vars(audit_reviews).items() if name.isupper())

ACTS = (
    SIGN_IN_ACTS
    | USER_ACTS
    | DATA_ACTS
    | FLOOR_ACTS
    | CONFIGURATION_ACTS
    | TRAINING_ACTS
    | LEAD_ACTS
    | CAMPAIGN_ACTS
    | QUALITY_ACTS
    | REVIEW_ACTS
)
"""Every act there is."""
