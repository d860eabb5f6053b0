"""Are synthetic fingers like real ones, to the comparator and to the index?"""
