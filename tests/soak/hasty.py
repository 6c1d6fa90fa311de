"""The demo with short time limits: what hangs is given up in a second, and asked for soon."""

import sys
from datetime import timedelta

from server import cli
from server.carriers.twilio import TwilioCarrier
from server.domain import delivery

vars(delivery)["POLL_AFTER"] = timedelta(seconds=4)
vars(delivery)["RECONCILE_AFTER"] = timedelta(seconds=1)
TwilioCarrier.__init__.__kwdefaults__["timeout"] = 1.0

if __name__ == "__main__":
    sys.exit(cli.main())
