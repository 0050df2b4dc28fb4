"""The only room that knows everyone: settings, engine, wiring, command line."""
