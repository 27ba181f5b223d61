"""What watches the machine."""
