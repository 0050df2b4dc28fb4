"""Acts on lists of leads that the audit log holds."""

from __future__ import annotations

from typing import Final

LIST_UPLOADED: Final = "list_uploaded"
LIST_READ: Final = "list_read"
LIST_DISCARDED: Final = "list_discarded"
LIST_RECALLED: Final = "list_recalled"
LIST_PUT_BACK: Final = "list_put_back"
REJECTS_DOWNLOADED: Final = "list_rejects_downloaded"
LEADS_HANDED_OUT: Final = "leads_handed_out"
LEADS_TAKEN_BACK: Final = "leads_taken_back"
