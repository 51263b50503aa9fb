"""What the words of each code mean."""
