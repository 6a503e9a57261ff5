"""What leaves: editions of a round's results as static sites, with open data, from a snapshot."""
