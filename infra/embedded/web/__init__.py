"""The door to the embedded Web UI, a process of its own."""
