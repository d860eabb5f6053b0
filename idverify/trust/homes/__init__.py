"""Where keys lie: in files, or in a token (PKCS#11) out of which they do not come."""
