"""Neighbours who help: who they are, what they see of a request, how it moves between them, when they meet."""
