"""Where what a step shows and says aloud is made: screenshots, recordings."""
