"""Every yes and no, with its reasons."""
