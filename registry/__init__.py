"""Who and what exists and who may say so: cards and their categories."""
