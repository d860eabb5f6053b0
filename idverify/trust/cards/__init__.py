"""What the chip of an identity card holds, and whether it is what its issuer signed (ICAO Doc 9303, part 11)."""
