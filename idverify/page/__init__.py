"""The pages of the counter, of the supervisor and of the auditor: files, served as they are."""
