"""The pages of figures: what is asked for, its columns, and the files they are handed out as."""
