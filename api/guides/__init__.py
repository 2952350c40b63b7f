"""What anybody may open of a guide: on paper, what to bring, its pictures, its recordings."""
