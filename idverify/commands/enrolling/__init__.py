"""What the commands of an enrolment take and show besides prints of single fingers."""
