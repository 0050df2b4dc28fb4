"""The product's own typed client of the Asterisk REST Interface.

``_generated`` is made from Asterisk's own API description by ``scripts/generate_ari``; the rest sends and receives.
"""
