"""What people type into pages, read and told what is wrong with it."""
