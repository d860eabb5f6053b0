"""Commands that work on files alone, without a service; nothing is sent anywhere.

The matcher loads for a second, which no other command should wait for: each command imports what does its work when it
is called.
"""
