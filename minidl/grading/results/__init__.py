"""What is made from records alone: reports, tables, pages."""
