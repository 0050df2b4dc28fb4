"""Users from and to CSV files: all of a file or nothing, with each fault named by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from callcenter.domain.access_records import Invitation
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Rejected
from callcenter.domain.records import User
from callcenter.web.signin.passwords import code_hash, one_time_password
from callcenter.web.spreadsheets import csv_text
from callcenter.web.users.changes import INVITATION_MS, checked_user

COLUMNS = ("name", "display_name", "role", "agent_id", "language")
_NEEDED = COLUMNS[:3]
MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
SHOWN_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line (1 is the heading): ``code`` picks the sentence, ``value`` is what stands there."""

    line: int
    code: str
    column: str = ""
    value: str = ""


def read_users(data: bytes, config: CenterConfig, taken: frozenset[str]) -> tuple[list[User], list[Fault]]:
    """A file's users, and all its faults. Raises ``Rejected``: ``file_large``, ``file_unreadable``, ``columns``."""
    rows = _rows(_text(data))
    users: list[User] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        if len(users) + len(faults) >= MAX_ROWS:
            raise Rejected("file_large")
        name = row.get("name", "").strip()
        try:
            user = checked_user(config, row)
        except Rejected as error:
            faults.append(Fault(line, error.code, error.detail, row.get(error.detail, "")[:60]))
            continue
        if name in taken or name in seen:
            faults.append(Fault(line, "name_taken" if name in taken else "name_twice", "name", name))
            continue
        seen[name] = line
        users.append(user)
    if not users and not faults:
        raise Rejected("file_empty")
    return users, faults


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Rejected("file_large")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Rejected("file_unreadable")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text))
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        if not set(_NEEDED) <= set(heading) or len(set(heading)) != len(heading):
            raise Rejected("columns")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(heading, cells, strict=False))
    except csv.Error as error:
        raise Rejected("file_unreadable", str(error)) from error


def invited(users: Iterable[User], now_ms: int) -> tuple[list[tuple[User, str]], dict[str, Invitation]]:
    """A code for each user to hand out, and by name what is kept of it."""
    codes = [(user, one_time_password()) for user in users]
    kept = {user.name: Invitation(0, code_hash(code), now_ms + INVITATION_MS) for user, code in codes}
    return codes, kept


def invitation_file(codes: Iterable[tuple[User, str]], base: str) -> str:
    """Names and where each goes to set a password, as CSV."""
    return csv_text(
        ("name", "display_name", "link"), ([u.name, u.display_name, f"{base}/welcome/{c}"] for u, c in codes)
    )


def user_file(users: Iterable[User]) -> str:
    """Users in the columns the import takes, and whether they are disabled."""
    rows = ([*(str(msgspec.structs.asdict(u)[c]) for c in COLUMNS), "yes" if u.disabled else ""] for u in users)
    return csv_text((*COLUMNS, "disabled"), rows)
