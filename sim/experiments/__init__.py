"""Studies: each makes a design, runs it, and reads its outcomes; one study a file."""
