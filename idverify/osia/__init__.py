"""OSIA's interfaces of an ABIS and for relying parties, by the same use cases (osia-readthedocs, ITU-T X.1281)."""
