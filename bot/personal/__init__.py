"""What is kept of members: declared once for each model, and by that exported, erased on request and swept by age."""

from bot.personal.copying import Copy, copy_for
from bot.personal.erasing import Outcome, erase, outlook
from bot.personal.kinds import KINDS, Kind
from bot.personal.leaving import let_go, papers
from bot.personal.sweeping import sweep

__all__ = ["KINDS", "Copy", "Kind", "Outcome", "copy_for", "erase", "let_go", "outlook", "papers", "sweep"]
