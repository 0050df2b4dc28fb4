"""What people are called on screens: the name shown, by sign-in name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callcenter.domain.ports import UserDirectory


class People:
    """Names of those whose acts pages show; each is looked up once, and again after a change.

    ``shown`` is live: words that were made before a name was learned know it afterwards.
    """

    def __init__(self, users: UserDirectory) -> None:
        self._users = users
        self._shown: dict[str, str] = {}

    @property
    def shown(self) -> Mapping[str, str]:
        """Sign-in name to the name shown; a user who is gone keeps the sign-in name."""
        return self._shown

    async def learn(self, names: Iterable[str]) -> None:
        """Look up those that are not known yet."""
        for name in {name for name in names if name} - self._shown.keys():
            user = await self._users.by_name(name)
            self._shown[name] = user.display_name if user is not None and user.display_name else name

    def forget(self, name: str) -> None:
        """The user was changed."""
        self._shown.pop(name, None)
