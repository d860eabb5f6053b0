"""Images of several fingers pressed together, cut into one upright image for each.

hands    which fingers a slap shows
ridges   where on the page there are ridges                cells
turn     how far the hand is turned
tips     one box for each fingertip
cutting  all of it, and the images
"""
