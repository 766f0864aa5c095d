"""Figures: one function makes the frame and the words, a thin renderer draws them."""
