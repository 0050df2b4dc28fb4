"""Lists of leads come in: files are read in a process of their own, while the campaign runs."""
