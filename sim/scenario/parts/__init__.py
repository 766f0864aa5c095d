"""The parts of a scenario: every field with meaning, unit, range, default and source; one kind of agent a file."""
