"""What phone and server both know: messages, cryptography, places, texts."""
