"""The use cases. They know the domain and the ports; neither transport nor database."""
