"""Queries: how things stand for a member, for one member seen by the committee, for a branch and those above it."""
