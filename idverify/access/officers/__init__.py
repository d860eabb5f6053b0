"""Officers who sign in to a page by OpenID Connect, and the sessions that they are in."""
