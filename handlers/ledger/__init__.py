"""The ledger (台账): the tables that a branch hands in, as an Excel file."""
