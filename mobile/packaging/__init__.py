"""What is built for the phone: its package, its fonts, and pictures of its screens."""
