"""What is run where the service is installed."""
