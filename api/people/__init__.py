"""Who helps: people, teams, shifts, and oneself."""
