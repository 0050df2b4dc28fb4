"""Web chat: a widget on the bank's pages, speaking over WebSocket or, where that does not get through, long polls."""
