"""A telephone network inside this process: for demonstrations, training and tests."""
