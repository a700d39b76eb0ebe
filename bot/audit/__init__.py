"""The trail's proof: anchors signed with a key that is not in the database, and looking whether all lines are there."""

from bot.audit.anchoring import anchor, anchor_key, cut
from bot.audit.verification import Verdict, verify

__all__ = ["Verdict", "anchor", "anchor_key", "cut", "verify"]
