"""What a register is brought back from: backups, and the list of who was erased since."""
