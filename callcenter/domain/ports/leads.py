"""The port of leads: lists of campaigns, the next one to call, and what became of each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from callcenter.domain.lead_lists import Mapping, Preview, RejectedRow
from callcenter.domain.leads import Lead, LeadChange, LeadList, LeadState, ListState, OwnerCount, StateCount


class LeadStore(Protocol):
    """Leads and their lists. Rows come in by the list's reading, which writes by itself."""

    async def next_due(
        self, campaign: str, now_ms: int, limit: int, agent: str | None = None, teams: Sequence[str] = ()
    ) -> list[Lead]:
        """Up to ``limit`` leads that may be called at ``now_ms``; costs O(log n) for each.

        First the agent's own, then those of ``teams``, then nobody's; of each those waiting whose time has come, the
        longest due first, and then the ready ones by priority and in the order of the file.
        """
        ...

    async def get(self, lead: int) -> Lead | None:
        """One lead."""
        ...

    async def counts(self, campaign: str, list_id: int | None = None) -> list[StateCount]:
        """How many leads stand where and why; of one list when ``list_id`` is given."""
        ...

    async def page(
        self,
        campaign: str,
        *,
        list_id: int | None = None,
        standing: tuple[LeadState, str] | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> list[Lead]:
        """Leads beyond the lead ``after`` (0: from the first), by list and place in it.

        ``standing`` is a state with its reason.
        """
        ...

    async def search(self, campaign: str, number: str, limit: int = 50) -> list[Lead]:
        """Leads with this number, or with one that ends in these digits."""
        ...

    async def owners(self, campaign: str) -> list[OwnerCount]:
        """Whose the leads are that can still be dialled."""
        ...

    async def hand_out(self, campaign: str, shares: Sequence[tuple[str, int]]) -> int:
        """Give nobody's open leads to owners, so many to each, next ones first and in turn; returns how many went."""
        ...

    async def take_back(self, campaign: str, owner: str) -> int:
        """The owner's open leads are nobody's again, promised calls not: they stay. Returns how many."""
        ...

    async def recall(self, list_id: int) -> int:
        """Take the list's open leads out of dialling; returns how many."""
        ...

    async def put_back(self, list_id: int) -> int:
        """The opposite of :meth:`recall`; waiting ones wait for their time again."""
        ...

    async def rejects(self, list_id: int, after: int = 0, limit: int = 1_000) -> list[RejectedRow]:
        """Rows of the file that made no lead, beyond row ``after``, in the order of the file."""
        ...

    async def waiting_due(self, campaign: str, now_ms: int) -> int:
        """How many of the waiting ones may be called at ``now_ms``."""
        ...

    async def settle(self, changes: Sequence[LeadChange]) -> None:
        """Apply in order, all or none. The journal applies the same in its own transaction."""
        ...

    async def add_list(
        self, campaign: str, name: str, file_name: str, sha256: str, uploaded_by: str, at_ms: int
    ) -> LeadList:
        """A new list, without leads."""
        ...

    async def lists(self, campaign: str) -> list[LeadList]:
        """The campaign's lists, newest first."""
        ...

    async def list_of(self, list_id: int) -> LeadList | None:
        """One list."""
        ...

    async def same_file(self, campaign: str, sha256: str) -> LeadList | None:
        """The newest list of the campaign made of the very same file, failed ones not counted."""
        ...

    async def unfinished(self) -> list[LeadList]:
        """Lists whose reading has begun and not ended, of all campaigns, the oldest first."""
        ...

    async def map_list(self, list_id: int, mapping: str) -> None:
        """Keep which column is what, as JSON."""
        ...

    async def set_list(self, list_id: int, state: ListState, failure: str = "") -> None:
        """Where the list's reading stands."""
        ...


class ListDesk(Protocol):
    """Takes files of leads and has them read, while campaigns run. Each act is in the audit log."""

    async def receive(
        self, campaign: str, name: str, file_name: str, by: str, chunks: AsyncIterator[bytes], *, again: bool = False
    ) -> LeadList:
        """Keep a file.

        Refused (``Rejected``): ``list_empty``, ``list_too_large``, ``list_same_file`` unless ``again``.
        """
        ...

    async def preview(self, list_id: int, encoding: str = "", delimiter: str = "") -> Preview:
        """How the file would be read; ``encoding`` and ``delimiter`` instead of those found.

        Refused: ``list_gone``, ``list_no_heading``, ``list_too_wide``, ``list_unreadable``, ``list_no_sheet``.
        """
        ...

    async def begin(self, list_id: int, mapping: Mapping, by: str) -> None:
        """Read the file. Refused: what is wrong with the mapping, ``list_gone``, ``campaign_gone``."""
        ...

    async def discard(self, list_id: int, by: str) -> None:
        """Forget a file that was not read yet."""
        ...
