# What a citizen is told of what was asked about them

CONFIRMED = It was the citizen
NOT_CONFIRMED = Not confirmed to be the citizen
REFUSED = Refused
DONE = Done
