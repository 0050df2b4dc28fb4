"""The ears of the centre: voices come in over WebSocket from the PBX, words and turns go out."""
