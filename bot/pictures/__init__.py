"""Pictures of steps: a phone's screen, drawn from a short description, with what to tap circled."""
