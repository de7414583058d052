"""Everything that touches the world. Others take names of its packages, not of the modules behind them."""
