"""Whole conversations with the sandbox's branch, written down as a chat log with what each answer has to say."""
