"""Who may come in: signing in to the desk, and what all pages inside share."""
