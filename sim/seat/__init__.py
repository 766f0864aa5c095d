"""The seat: one government of a crisis, played by a person; the model plays the rest."""
