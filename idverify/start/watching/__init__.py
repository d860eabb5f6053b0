"""Who watches the service, and what is shown to them of what is kept."""
