"""A small SIP telephone for tests: calls, answers, presses keys, sends and measures tones."""
