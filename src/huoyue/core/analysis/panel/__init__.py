"""How far a panel agrees and how severe each expert is, from marks alone: for the report, and live for the chair."""
