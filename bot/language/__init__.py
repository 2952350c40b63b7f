"""What people write: made comparable, covered where it is secret, understood."""
