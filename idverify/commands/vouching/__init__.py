"""What officers vouch for: exceptions, and paper slips."""
