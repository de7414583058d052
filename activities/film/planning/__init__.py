"""How rules plan a film, and how a model's plan is held to them."""
