"""Work on bytes from outside, done in processes of their own."""
