"""A fingerprint scanner that is none: MOSIP's local HTTP service (SBI 0.9.5), playing prints of a folder."""
