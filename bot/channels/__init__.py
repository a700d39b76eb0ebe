"""The ways to people, one folder each; what they share is `bot.messages`."""
