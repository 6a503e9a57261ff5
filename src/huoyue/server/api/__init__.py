"""The read API for programs. Each address is declared once, beside its specification, and opens the pages' doors."""
