"""What does a false match rate claim, and does it hold? The calibration fitted, and held against sets left out."""
