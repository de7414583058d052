"""What the stand-ins return: pictures and films of their own, from words, photos and edges."""
