"""A real Wechaty gateway for the tests."""
