"""What it costs a call that it is watched."""
