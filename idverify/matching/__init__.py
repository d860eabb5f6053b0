"""The biometrics and gallery ports on the matcher; besides :mod:`idverify.commands.local` nothing else imports it."""
