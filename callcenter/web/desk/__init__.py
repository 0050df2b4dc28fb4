"""The agent page: what it shows, its live stream, its open windows."""
