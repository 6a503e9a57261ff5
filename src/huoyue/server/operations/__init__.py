"""What people do: each operation is one transaction with one refusal check and its event in the chain."""
