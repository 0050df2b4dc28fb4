"""Facts, reasons, acts and refusals in words of the reader's language."""
