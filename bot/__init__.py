"""The machine: it knows no single command of the bot."""
