"""A double of Twilio, written from its public API pages: calls, conferences, recordings, webhooks, limits, faults.

Each behaviour names its page as ``docs: path`` below https://www.twilio.com/docs/. It listens nowhere unless it is
served, and then on loopback only.
"""
