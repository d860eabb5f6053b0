"""Image files to grey arrays of a known resolution, within limits."""
