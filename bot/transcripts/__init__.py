"""Conversation files: played against the engine, and written back."""
