"""What residents read: guides, facts and the ward's own file, all data checked at the door."""
