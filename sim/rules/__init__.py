"""Why they act: pure functions of arrays, one theory a file, its source in the docstring."""
