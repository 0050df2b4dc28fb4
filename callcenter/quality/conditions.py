"""What a rule's condition is made of. Each node either holds or not, and cites the places that prove it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from callcenter.quality.transcript import Speaker

Names = tuple[str, ...]


class Scope(Struct, frozen=True):
    """Where to look: turns ``by`` these speakers (all when empty), their ``first`` or ``last`` few (0: all).

    A place is passed over when one of the words ``unless`` is in the same sentence, or of ``unless_turn`` in the turn.
    """

    by: tuple[Speaker, ...] = ()
    first: int = 0
    last: int = 0
    unless: Names = ()
    unless_turn: Names = ()


class Words(Struct, frozen=True):
    """``any``: one of the words; ``all``: all in one turn; ``none``: no turn of the scope has one."""

    mode: str
    words: Names
    scope: Scope = Scope()


class Regex(Struct, frozen=True):
    """A regular expression of RE2, searched in each turn."""

    pattern: str
    scope: Scope = Scope()


class FigureSaid(Struct, frozen=True):
    """A number with its unit (``percent``, ``money``, ``days``, …), at least ``over`` and at most ``under``."""

    unit: str
    over: float | None = None
    under: float | None = None
    scope: Scope = Scope()


class Speaks(Struct, frozen=True):
    """Any turn with words."""

    scope: Scope


class Classified(Struct, frozen=True):
    """A sentence that a trained classifier gives at least the probability ``over``."""

    model: str
    over: float
    scope: Scope = Scope()


class Near(Struct, frozen=True):
    """Places of ``what`` with one of ``to`` within so many turns or seconds, before or after."""

    what: Node
    to: Node
    turns: int | None = None
    seconds: float | None = None


class Order(Struct, frozen=True):
    """Each part later than the one before; cites the last."""

    parts: tuple[Node, ...]


class Repeat(Struct, frozen=True):
    """``what`` in at least ``times`` turns; cites the turn that completes them."""

    what: Node
    times: int


class SameAnswer(Struct, frozen=True):
    """``by`` says nearly the same ``times`` times; cites the one that completes them."""

    by: Speaker
    times: int
    alike: float = 0.9


class Silence(Struct, frozen=True):
    """A gap longer than ``over_s`` seconds outside holds; cites the first turn after it."""

    over_s: float


class Hold(Struct, frozen=True):
    """A hold longer than ``over_s`` seconds; cites the first turn after it."""

    over_s: float


class Overlap(Struct, frozen=True):
    """``by`` begins while the other still speaks for more than ``over_ms``, ``times`` times; cites the last of them."""

    by: Speaker
    times: int = 1
    over_ms: int = 300


class Rate(Struct, frozen=True):
    """``by`` speaks faster than so many characters (Chinese) or words (English) a minute over ``for_s`` of talk."""

    by: Speaker
    over_zh: float
    over_en: float
    for_s: float


class TalkShare(Struct, frozen=True):
    """``by`` has more than ``over`` (0 to 1) of all talking time."""

    by: Speaker
    over: float


class FigureDiffers(Struct, frozen=True):
    """``by`` states a figure whose unit the last ``system`` turn has with other values only."""

    by: Speaker


class OutsideHours(Struct, frozen=True):
    """It began outside these hours (minutes of the day) of the called person's place; unknown: does not hold."""

    start: int
    end: int


class CallData(Struct, frozen=True):
    """What is known of the call; every field given must be so."""

    wanted: tuple[tuple[str, Any], ...]


class And(Struct, frozen=True):
    """All hold; cites the first part that cites anything."""

    parts: tuple[Node, ...]


class Or(Struct, frozen=True):
    """One holds; cites all places."""

    parts: tuple[Node, ...]


class Not(Struct, frozen=True):
    """It does not hold; cites nothing."""

    what: Node


class If(Struct, frozen=True):
    """Places of ``what`` that ``then`` does not follow, or ``before`` does not precede, within the limits."""

    what: Node
    then: Node | None = None
    before: Node | None = None
    seconds: float | None = None
    turns: int | None = None


class Use(Struct, frozen=True):
    """The condition of that name."""

    name: str


Node = (
    Words | Regex | FigureSaid | Speaks | Classified | Near | Order | Repeat | SameAnswer | Silence | Hold | Overlap
    | Rate | TalkShare | FigureDiffers | OutsideHours | CallData | And | Or | Not | If | Use
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The conditions directly inside ``node``."""
    match node:
        case And() | Or() | Order():
            return node.parts
        case Not() | Repeat():
            return (node.what,)
        case Near():
            return (node.what, node.to)
        case If():
            return tuple(part for part in (node.what, node.then, node.before) if part is not None)
    return ()
