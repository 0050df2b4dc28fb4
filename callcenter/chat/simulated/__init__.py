"""A channel without a network, in virtual time: scripted visitors for demonstrations, training and tests."""

from callcenter.chat.simulated.channel import SimulatedChannel
from callcenter.chat.simulated.script import Step, play
from callcenter.chat.simulated.visitor import SimulatedVisitor

__all__ = ["SimulatedChannel", "SimulatedVisitor", "Step", "play"]
