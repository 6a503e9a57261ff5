"""Practice data for any scheme: plausible, random, and saying so."""
