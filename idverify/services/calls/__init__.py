"""What all use cases share around a call: who calls and why, one answer to one request, refusals, audit, pages."""
