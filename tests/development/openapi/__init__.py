"""The description of the HTTP door (OpenAPI 3.1), made of the protos: paths, messages, words."""
