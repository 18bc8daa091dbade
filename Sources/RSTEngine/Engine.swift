// The loop that drives an investigation.
