"""The trail's proof: anchors signed with a key that is not in the database, and looking whether all lines are there."""

from bot.audit.anchoring import TrailReplaced, anchor, anchor_anew, anchor_key, cut
from bot.audit.operators import OPERATOR, note_operator, note_restored
from bot.audit.verification import Expected, Verdict, verify

__all__ = [
    "OPERATOR",
    "Expected",
    "TrailReplaced",
    "Verdict",
    "anchor",
    "anchor_anew",
    "anchor_key",
    "cut",
    "note_operator",
    "note_restored",
    "verify",
]
