"""What is known of the Earth without asking anybody: outlines of territories, names of places."""
