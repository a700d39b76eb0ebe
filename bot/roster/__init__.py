"""Who belongs to which branch: importing the roster, and the one-time codes by which members bind their accounts."""

from bot.roster.codes import codes_for, make_codes
from bot.roster.faults import RosterFaulty
from bot.roster.storing import RosterReport, absent_from, import_roster

__all__ = ["RosterFaulty", "RosterReport", "absent_from", "codes_for", "import_roster", "make_codes"]
