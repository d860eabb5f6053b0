"""People of foreign programmes: the use cases behind ABIS interfaces."""
