"""What calls go by: described once, made blocking or awaited."""
