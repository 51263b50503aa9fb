"""Small components that every block may use."""
