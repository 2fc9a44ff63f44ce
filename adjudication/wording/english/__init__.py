"""What decisions say, in English, beside the Swedish: the same findings, the same numbers. What the
regions' documents call things stays as it is written there."""
