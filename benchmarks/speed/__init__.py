"""How fast are extraction and comparison, beside others in the same run?"""
