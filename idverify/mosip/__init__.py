"""What MOSIP asks of biometrics, by the same use cases: its Bio-SDK over HTTP, its ABIS interface by a queue."""
