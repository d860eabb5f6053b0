"""What operators look at: figures for Prometheus, and traces by OpenTelemetry. Imported only where it is asked for."""
