"""What is handed to other offices: to whom, which rows and columns, under which ids, on what terms."""
