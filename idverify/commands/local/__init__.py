"""Commands that work on files alone, without a service; nothing is sent anywhere."""
