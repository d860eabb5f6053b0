"""What clerks are told, in their own words and in the language they read."""
