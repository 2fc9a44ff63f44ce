"""The `partitur` command."""
