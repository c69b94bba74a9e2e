"""How the stand-in model reads and answers."""
