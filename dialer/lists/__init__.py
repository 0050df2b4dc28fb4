"""Lists of leads: from the rows of a file to leads that may be called, or to reasons why not. Pure."""
