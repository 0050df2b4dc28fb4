"""What would have been, for supervisors: the question's form, and the answer as sentence, table and chart."""
