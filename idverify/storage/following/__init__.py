"""What one of several servers is told of the others' writes."""
