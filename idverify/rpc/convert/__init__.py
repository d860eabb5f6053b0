"""Between protobuf messages and domain types. What comes in is checked here for form; the use cases check sense."""
