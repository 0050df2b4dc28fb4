"""Acts on the assistant's models that the audit log holds."""

from __future__ import annotations

from typing import Final

MODEL_TRAINED: Final = "model_trained"
MODEL_SUBMITTED: Final = "model_submitted"
MODEL_APPROVED: Final = "model_approved"
MODEL_RETURNED: Final = "model_returned"
MODEL_ROLLED_BACK: Final = "model_rolled_back"
