"""How people ask, learnt from the guides in a process apart, and kept."""
