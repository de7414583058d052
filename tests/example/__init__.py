"""A package as a stranger writes it: a provider with its models, and a kind, by entry points."""
