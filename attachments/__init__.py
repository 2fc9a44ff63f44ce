"""What a file that somebody sends is: a document of a kind, in a format, sound or not."""
