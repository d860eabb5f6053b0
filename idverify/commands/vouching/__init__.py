"""What officers vouch for: exceptions."""
