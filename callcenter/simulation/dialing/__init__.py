"""The simulator of outbound dialling: drawn carriers, people, machines and agents around the pacing of production."""
