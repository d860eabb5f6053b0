"""Documents on paper: PDF/A with a QR code, signed as PAdES. The libraries are those of the extra ``pdf``."""
