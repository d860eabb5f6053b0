"""What officers vouch for without a machine that checks it, and what must hold for it."""
