"""Acts on quality's rules and forms that the audit log holds."""

from __future__ import annotations

from typing import Final

QUALITY_PUBLISHED: Final = "quality_published"
QUALITY_ROLLED_BACK: Final = "quality_rolled_back"
QUALITY_DRAFT_DROPPED: Final = "quality_draft_dropped"
SCORING_AGAIN: Final = "scoring_again"
