"""What every telephony adapter must do; inherited by ``test_contract`` for each world."""

from tests.telephony.contract.bad_days import BadDays
from tests.telephony.contract.callers import Callers
from tests.telephony.contract.dialling import Dialling
from tests.telephony.contract.keys import Keys
from tests.telephony.contract.talks import Talks


class TelephonyContract(Callers, Keys, Dialling, Talks, BadDays):
    """All of it."""
