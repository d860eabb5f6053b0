"""What administrators keep in the database: registered clients, and the catalogue."""
