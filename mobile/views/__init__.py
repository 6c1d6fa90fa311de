"""What the phone draws: views show what a presenter says and report touches, nothing else."""
