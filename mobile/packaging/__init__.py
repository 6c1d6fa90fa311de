"""What is built for the phone: its fonts, and pictures of its screens."""
