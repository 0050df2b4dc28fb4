"""What the audit log calls acts on the configuration."""

from __future__ import annotations

from typing import Final

CONFIG_IMPORTED: Final = "config_imported"
CONFIG_EXPORTED: Final = "config_exported"
CONFIG_SUBMITTED: Final = "config_submitted"
CONFIG_RETURNED: Final = "config_returned"
CONFIG_APPROVED: Final = "config_approved"
CONFIG_PUBLISHED: Final = "config_published"
CONFIG_ROLLED_BACK: Final = "config_rolled_back"
CONFIG_DISCARDED: Final = "config_discarded"
SKILLS_CHANGED: Final = "agent_skills_changed"
TEAM_CHANGED: Final = "agent_team_changed"
PROMPT_UPLOADED: Final = "prompt_uploaded"
MISS_DROPPED: Final = "knowledge_miss_dropped"
TRANSCRIPTION_AGAIN: Final = "transcription_again"
