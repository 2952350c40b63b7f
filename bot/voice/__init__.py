"""Recorded voices: what neighbours read aloud for others to listen to. What came from outside is decoded apart."""
