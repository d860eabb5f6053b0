"""What is each part of the comparator worth? One changed at a time, the rest as shipped."""
