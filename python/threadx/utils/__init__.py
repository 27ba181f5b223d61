"""What serves the others."""
