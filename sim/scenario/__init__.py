"""What a user writes: a crisis as a folder of YAML and CSV, typed, sourced and checked."""
