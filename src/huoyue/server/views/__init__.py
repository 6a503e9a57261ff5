"""Pages: they fetch through queries, act through operations, and show."""
