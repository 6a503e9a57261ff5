"""Huoyue (活跃度): evaluate the members of a network each year, from one scheme file."""

__version__ = "0.1.0"
