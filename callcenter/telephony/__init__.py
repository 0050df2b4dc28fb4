"""PBX and carrier adapters behind the telephony port: Asterisk and the simulated one."""
