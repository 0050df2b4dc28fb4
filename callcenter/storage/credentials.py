"""Second factors, recovery codes, past passwords, invitations and outside identities."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.domain.access_records import Invitation, SecondFactor
from callcenter.domain.errors import Rejected
from callcenter.storage.database import Database
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import (
    external_identities,
    invitations,
    password_history,
    recovery_codes,
    second_factors,
)


class SqlCredentials:
    """The ``Credentials``."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def second_factor(self, user_id: int) -> SecondFactor | None:
        """The second factor, confirmed or being set up. Raises ``Corrupt`` when its secret does not open."""
        statement = sa.select(second_factors).where(second_factors.c.user_id == user_id)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        return SecondFactor(**{**row._mapping, "secret": self._seal.opened(row.secret)})

    async def set_second_factor(self, factor: SecondFactor) -> None:
        """Keep or replace."""
        row = msgspec.structs.asdict(factor) | {"secret": self._seal.sealed(factor.secret)}
        async with self._database.write() as connection:
            await connection.execute(second_factors.delete().where(second_factors.c.user_id == factor.user_id))
            await connection.execute(second_factors.insert().values(row))

    async def seal_again(self) -> None:
        """Bring all secrets under the seal's first key; all or none. Raises ``Corrupt`` when one does not open."""
        async with self._database.write() as connection:
            rows = (await connection.execute(sa.select(second_factors.c.user_id, second_factors.c.secret))).all()
            for user_id, secret in rows:
                mine = second_factors.c.user_id == user_id
                renewed = self._seal.renewed(secret)
                if renewed != secret:
                    await connection.execute(second_factors.update().where(mine).values(secret=renewed))

    async def use_step(self, user_id: int, step: int) -> bool:
        """Spend a time step: False when it, or a later one, was used before."""
        mine = (second_factors.c.user_id == user_id) & (second_factors.c.last_step < step)
        async with self._database.write() as connection:
            done = await connection.execute(second_factors.update().where(mine).values(last_step=step))
        return done.rowcount == 1

    async def drop_second_factor(self, user_id: int) -> None:
        """Forget it and its recovery codes."""
        async with self._database.write() as connection:
            await connection.execute(second_factors.delete().where(second_factors.c.user_id == user_id))
            await connection.execute(recovery_codes.delete().where(recovery_codes.c.user_id == user_id))

    async def set_recovery_codes(self, user_id: int, code_hashes: Collection[str]) -> None:
        """Replace the recovery codes."""
        rows = [{"user_id": user_id, "code_hash": code_hash} for code_hash in code_hashes]
        async with self._database.write() as connection:
            await connection.execute(recovery_codes.delete().where(recovery_codes.c.user_id == user_id))
            if rows:
                await connection.execute(recovery_codes.insert(), rows)

    async def recovery_codes_left(self, user_id: int) -> int:
        """How many are unused."""
        statement = sa.select(sa.func.count()).where(recovery_codes.c.user_id == user_id)
        async with self._database.read() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def use_recovery_code(self, user_id: int, code_hash: str) -> bool:
        """Spend a recovery code: False when there is none like it."""
        mine = (recovery_codes.c.user_id == user_id) & (recovery_codes.c.code_hash == code_hash)
        async with self._database.write() as connection:
            return (await connection.execute(recovery_codes.delete().where(mine))).rowcount == 1

    async def past_passwords(self, user_id: int, count: int) -> Sequence[str]:
        """The hashes of the last ``count`` passwords, newest first."""
        statement = (
            sa.select(password_history.c.password_hash)
            .where(password_history.c.user_id == user_id)
            .order_by(password_history.c.id.desc())
            .limit(count)
        )
        async with self._database.read() as connection:
            return list((await connection.execute(statement)).scalars())

    async def add_past_password(self, user_id: int, password_hash: str) -> None:
        """Remember a password that was in force."""
        async with self._database.write() as connection:
            await connection.execute(password_history.insert().values(user_id=user_id, password_hash=password_hash))

    async def invite(self, invitation: Invitation) -> None:
        """Keep or replace a user's invitation."""
        async with self._database.write() as connection:
            await connection.execute(invitations.delete().where(invitations.c.user_id == invitation.user_id))
            await connection.execute(invitations.insert().values(msgspec.structs.asdict(invitation)))

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with this code, expired or not."""
        statement = sa.select(invitations).where(invitations.c.code_hash == code_hash)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else Invitation(**row._mapping)

    async def end_invitation(self, user_id: int) -> bool:
        """Spend it: False when it was spent before."""
        async with self._database.write() as connection:
            done = await connection.execute(invitations.delete().where(invitations.c.user_id == user_id))
        return done.rowcount == 1

    async def link(self, issuer: str, subject: str, user_id: int) -> None:
        """Tie an outside identity to a user for good. Raises ``Rejected("identity_taken")``."""
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    external_identities.insert().values(issuer=issuer, subject=subject, user_id=user_id)
                )
        except IntegrityError as error:
            raise Rejected("identity_taken", "this identity is tied to a user already") from error

    async def linked(self, issuer: str, subject: str) -> int | None:
        """The user an outside identity is tied to."""
        table = external_identities
        statement = sa.select(table.c.user_id).where(table.c.issuer == issuer, table.c.subject == subject)
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()
