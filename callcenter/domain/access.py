"""Rights, how far each reaches, and the roles a new centre begins with. The one place where access is decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from msgspec import Struct, field

from callcenter.domain.names import Names


class Role(StrEnum):
    """The roles every centre begins with; an administrator may change them and add others."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    QUALITY = "quality"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """One thing that may be allowed. Those about people and their contacts reach as far as their scope says."""

    TAKE_CONTACTS = "take_contacts"
    SEE_CONTACTS = "see_contacts"
    HEAR_RECORDINGS = "hear_recordings"
    UNMASK = "unmask"  # see whole names and numbers, each time with a reason
    EXPORT_CONTACTS = "export_contacts"
    WATCH_FLOOR = "watch_floor"
    SUPERVISE_CALLS = "supervise_calls"  # listen, whisper, barge, take over
    CHANGE_AGENTS = "change_agents"  # another agent's state and skills, messages to them
    OPERATE_QUEUES = "operate_queues"  # close or divert a queue in an emergency
    CHANGE_CONFIGURATION = "change_configuration"  # draft, and publish what needs no second pair of eyes
    APPROVE_CONFIGURATION = "approve_configuration"  # be that second pair of eyes; never for one's own draft
    TRAIN_ASSISTANT = "train_assistant"  # read what was said to it, correct it, train, submit a model for approval
    RUN_CAMPAIGNS = "run_campaigns"  # ask for outbound campaigns, bring their lists, start, pause and end them
    APPROVE_CAMPAIGNS = "approve_campaigns"  # let one begin; never one's own
    WRITE_RULES = "write_rules"  # of quality and its score forms: draft, try, publish, go back
    SEE_QUALITY = "see_quality"  # results of reviews and their reports
    REVIEW = "review"  # score contacts, comment, decide appeals; never one's own
    PLAN_REVIEWS = "plan_reviews"  # sampling plans, who reviews what
    HANDLE_RISKS = "handle_risks"  # see locked contacts, assign and close their cases
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"


class Scope(StrEnum):
    """Whose data a right reaches."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


_WIDTH = {Scope.OWN: 0, Scope.TEAM: 1, Scope.ALL: 2}

SCOPED_RIGHTS = frozenset(
    {
        Right.SEE_CONTACTS,
        Right.HEAR_RECORDINGS,
        Right.UNMASK,
        Right.EXPORT_CONTACTS,
        Right.WATCH_FLOOR,
        Right.SUPERVISE_CALLS,
        Right.CHANGE_AGENTS,
        Right.SEE_QUALITY,
    }
)
"""Where the scope matters; the other rights are held or not, and their scope is ``ALL``."""


class RoleConfig(Struct, frozen=True):
    """A role: its names by language, and the rights it holds, each as far as it reaches."""

    id: str
    names: Names
    rights: dict[Right, Scope] = field(default_factory=dict)


def _role(role: Role, zh: str, en: str, rights: dict[Right, Scope]) -> RoleConfig:
    return RoleConfig(role.value, {"zh": zh, "en": en}, rights)


_OWN, _TEAM, _ALL = Scope.OWN, Scope.TEAM, Scope.ALL

BUILT_IN_ROLES: dict[str, RoleConfig] = {
    role.id: role
    for role in (
        _role(
            Role.AGENT, "坐席", "Agent", {Right.TAKE_CONTACTS: _ALL, Right.SEE_CONTACTS: _OWN, Right.SEE_QUALITY: _OWN}
        ),
        _role(
            Role.SUPERVISOR,
            "班组长",
            "Supervisor",
            {
                Right.TAKE_CONTACTS: _ALL,
                Right.SEE_CONTACTS: _TEAM,
                Right.HEAR_RECORDINGS: _TEAM,
                Right.UNMASK: _TEAM,
                Right.WATCH_FLOOR: _TEAM,
                Right.SUPERVISE_CALLS: _TEAM,
                Right.CHANGE_AGENTS: _TEAM,
                Right.OPERATE_QUEUES: _ALL,
                Right.RUN_CAMPAIGNS: _ALL,
                Right.WRITE_RULES: _ALL,
                Right.SEE_QUALITY: _TEAM,
            },
        ),
        _role(
            Role.OPERATOR,
            "运营",
            "Operator",
            {
                Right.WATCH_FLOOR: _ALL,
                Right.CHANGE_AGENTS: _ALL,
                Right.OPERATE_QUEUES: _ALL,
                Right.RUN_CAMPAIGNS: _ALL,
                Right.APPROVE_CAMPAIGNS: _ALL,
                Right.CHANGE_CONFIGURATION: _ALL,
            },
        ),
        _role(
            Role.QUALITY,
            "质检",
            "Quality",
            {
                Right.SEE_CONTACTS: _ALL,
                Right.HEAR_RECORDINGS: _ALL,
                Right.UNMASK: _ALL,
                Right.EXPORT_CONTACTS: _ALL,
                Right.WRITE_RULES: _ALL,
                Right.SEE_QUALITY: _ALL,
                Right.REVIEW: _ALL,
                Right.PLAN_REVIEWS: _ALL,
                Right.HANDLE_RISKS: _ALL,
            },
        ),
        _role(Role.TRAINER, "机器人训练师", "Trainer", {Right.TRAIN_ASSISTANT: _ALL}),
        _role(
            Role.ADMINISTRATOR,
            "管理员",
            "Administrator",
            {
                Right.MANAGE_USERS: _ALL,
                Right.SEE_AUDIT: _ALL,
                Right.CHANGE_CONFIGURATION: _ALL,
                Right.APPROVE_CONFIGURATION: _ALL,
                Right.APPROVE_CAMPAIGNS: _ALL,
                Right.TRAIN_ASSISTANT: _ALL,
                Right.WATCH_FLOOR: _ALL,
            },
        ),
    )
}
"""Least privilege: who configures does not hear customers, who hears customers does not configure."""


class Reach(Struct, frozen=True):
    """How far one person's right goes: ``agent`` is themselves (or empty), ``teams`` those they lead or belong to."""

    scope: Scope
    agent: str = ""
    teams: frozenset[str] = frozenset()

    def covers(self, agent: str, team: str) -> bool:
        """Whether data of ``agent``, who is in ``team``, is within reach. Data of nobody belongs to ``ALL`` only."""
        if self.scope is Scope.ALL:
            return True
        if agent and agent == self.agent:
            return True
        return self.scope is Scope.TEAM and team != "" and team in self.teams


def scope_of(roles: Mapping[str, RoleConfig], role: str, right: Right) -> Scope | None:
    """How far ``right`` reaches for ``role``; None when it is not held. An unknown role holds nothing."""
    known = roles.get(role) or BUILT_IN_ROLES.get(role)
    return known.rights.get(right) if known is not None else None


def widest(scopes: Collection[Scope]) -> Scope | None:
    """The widest of some scopes; None of none."""
    return max(scopes, key=lambda scope: _WIDTH[scope], default=None)
