"""What the audit log calls acts on campaigns."""

from __future__ import annotations

from typing import Final

CAMPAIGN_EDITED: Final = "campaign_edited"
CAMPAIGN_SUBMIT: Final = "campaign_submit"
CAMPAIGN_APPROVE: Final = "campaign_approve"
CAMPAIGN_REJECT: Final = "campaign_reject"
CAMPAIGN_WITHDRAW: Final = "campaign_withdraw"
CAMPAIGN_START: Final = "campaign_start"
CAMPAIGN_PAUSE: Final = "campaign_pause"
CAMPAIGN_FINISH: Final = "campaign_finish"
OPTED_OUT: Final = "number_opted_out"
