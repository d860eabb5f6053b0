"""MOSIP's Bio-SDK service 1.0: six calls over HTTP, JSON in base64 in JSON."""
