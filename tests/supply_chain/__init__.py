"""What the packages are that are shipped and developed with: known vulnerabilities, licences, a bill of materials."""
