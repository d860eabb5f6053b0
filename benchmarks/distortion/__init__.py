"""How does recognition bear elastic skin and turned prints? Error rates against the strength of the distortion."""
