"""A month of two branches on a real gateway: who there is, what they say, and what has to be recorded of it."""
