"""A term of a school on a real gateway: who there is, what they do, and what has to come of it at each level."""
