"""How fast the model is, beside the same rules as ordinary scalar Mesa agents and as a compiled loop."""
