"""What administrators call: the registries of clients and devices, the catalogue, acts of two people."""
