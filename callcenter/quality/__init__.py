"""Quality: transcripts judged by rules and scored by forms. Pure: no clock, file, network or database."""
