"""Voices: what neighbours read aloud, and what residents say, heard. What came from outside is decoded apart."""
