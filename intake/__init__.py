"""How what is sent is read: as lines, strictly, and with every fault told."""
