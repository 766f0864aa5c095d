"""Commands of the command line, one file a group of what they need."""
