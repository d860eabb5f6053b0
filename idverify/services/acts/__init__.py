"""What one person alone may not do: it is kept until another has decided."""
