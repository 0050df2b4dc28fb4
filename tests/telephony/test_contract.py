"""The telephony contract on every adapter."""

from __future__ import annotations

import pytest

from tests.telephony.asterisk_world import AsteriskWorld
from tests.telephony.contract import TelephonyContract
from tests.telephony.simulated_world import SimulatedWorld
from tests.telephony.twilio_world import TwilioWorld
from tests.telephony.world import World


class TestSimulated(TelephonyContract):
    @pytest.fixture
    def world(self, simulated: SimulatedWorld) -> World:
        return simulated


class TestTwilio(TelephonyContract):
    @pytest.fixture
    def world(self, on_twilio: TwilioWorld) -> World:
        return on_twilio


@pytest.mark.asterisk
class TestAsteriskOverHttp(TelephonyContract):
    @pytest.fixture
    def world(self, real_http: AsteriskWorld) -> World:
        return real_http


@pytest.mark.asterisk
class TestAsteriskOverItsSocket(TelephonyContract):
    @pytest.fixture
    def world(self, real_websocket: AsteriskWorld) -> World:
        return real_websocket
