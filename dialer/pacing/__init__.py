"""How many to dial now: one core for preview, progressive and predictive dialling, pure and with its reasons."""
