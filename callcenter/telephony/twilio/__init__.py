"""Cloud numbers: the telephony port on Twilio, by TwiML and REST."""
