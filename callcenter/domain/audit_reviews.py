"""What the audit log calls acts on reviews, samples, calibration and risk cases."""

from __future__ import annotations

from typing import Final

REVIEW_ASSIGNED: Final = "review_assigned"
REVIEW_REASSIGN: Final = "review_reassign"
REVIEW_WITHDRAW: Final = "review_withdraw"
REVIEW_SUBMIT: Final = "review_submit"
REVIEW_SUBMIT_FOR_SECOND: Final = "review_submit_for_second"
REVIEW_SECOND: Final = "review_second_review"
REVIEW_APPEAL: Final = "review_appeal"
REVIEW_UPHOLD: Final = "review_uphold"
REVIEW_CHANGE: Final = "review_change"
REVIEW_ACKNOWLEDGE: Final = "review_acknowledge"
REVIEW_COMMENTED: Final = "review_commented"
SAMPLING_PLAN_SAVED: Final = "sampling_plan_saved"
SAMPLE_DRAWN: Final = "sample_drawn"
RISK_LOCKED: Final = "risk_locked"
RISK_ASSIGN: Final = "risk_assign"
RISK_FOLLOW_UP: Final = "risk_follow_up"
RISK_EXTEND: Final = "risk_extend"
RISK_CLOSE: Final = "risk_close"
RISK_REOPEN: Final = "risk_reopen"
LOCKED_CONTACT_SEEN: Final = "locked_contact_seen"
QUALITY_REPORT_EXPORTED: Final = "quality_report_exported"
