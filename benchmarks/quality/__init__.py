"""Does the quality of a sample foretell that it will not match?"""
