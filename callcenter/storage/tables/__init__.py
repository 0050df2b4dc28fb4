"""The tables, the same on SQLite and PostgreSQL. Times are ms since 1970 UTC in 64 bits."""

from callcenter.storage.tables.access import (
    api_tokens,
    audit,
    external_identities,
    invitations,
    password_history,
    recovery_codes,
    second_factors,
    sessions,
    users,
)
from callcenter.storage.tables.base import metadata
from callcenter.storage.tables.campaigns import (
    campaign_due,
    campaign_figures,
    campaign_pacing,
    campaign_reports,
    campaigns,
    lead_attempts,
    opt_outs,
)
from callcenter.storage.tables.chats import chat_conversations, chat_files, chat_messages
from callcenter.storage.tables.configuration import config_drafts, config_versions
from callcenter.storage.tables.contacts import (
    contact_agents,
    contact_words,
    contacts,
    customers,
    follow_ups_done,
    recordings,
    saved_filters,
)
from callcenter.storage.tables.figures import agent_figures, queue_figures, told_waits, wait_predictions
from callcenter.storage.tables.journal import journal, journal_contacts, journal_mark, snapshots
from callcenter.storage.tables.knowledge import knowledge_misses
from callcenter.storage.tables.leads import lead_lists, lead_numbers, lead_rejects, leads
from callcenter.storage.tables.quality import evaluations, findings, quality_forms, quality_rule_sets, scoring_jobs
from callcenter.storage.tables.reviews import (
    calibration_sessions,
    review_comments,
    reviews,
    risk_cases,
    sampling_draws,
    sampling_plans,
)
from callcenter.storage.tables.training import (
    assistant_handovers,
    assistant_models,
    assistant_rollouts,
    sentence_reviews,
    understood_sentences,
)
from callcenter.storage.tables.transcripts import transcript_index, transcription_jobs, transcripts
from callcenter.storage.tables.webhooks import webhook_deliveries

__all__ = [
    "agent_figures",
    "api_tokens",
    "assistant_handovers",
    "assistant_models",
    "assistant_rollouts",
    "audit",
    "calibration_sessions",
    "campaign_due",
    "campaign_figures",
    "campaign_pacing",
    "campaign_reports",
    "campaigns",
    "chat_conversations",
    "chat_files",
    "chat_messages",
    "config_drafts",
    "config_versions",
    "contact_agents",
    "contact_words",
    "contacts",
    "customers",
    "evaluations",
    "external_identities",
    "findings",
    "follow_ups_done",
    "invitations",
    "journal",
    "journal_contacts",
    "journal_mark",
    "knowledge_misses",
    "lead_attempts",
    "lead_lists",
    "lead_numbers",
    "lead_rejects",
    "leads",
    "metadata",
    "opt_outs",
    "password_history",
    "quality_forms",
    "quality_rule_sets",
    "queue_figures",
    "recordings",
    "recovery_codes",
    "review_comments",
    "reviews",
    "risk_cases",
    "sampling_draws",
    "sampling_plans",
    "saved_filters",
    "scoring_jobs",
    "second_factors",
    "sentence_reviews",
    "sessions",
    "snapshots",
    "told_waits",
    "transcript_index",
    "transcription_jobs",
    "transcripts",
    "understood_sentences",
    "users",
    "wait_predictions",
    "webhook_deliveries",
]
