"""The relay's numbers agree with the carrier's and with the lease."""

from datetime import timedelta

from server.carriers import twilio
from server.domain import delivery
from server.jobs import relay


def test_what_waits_for_a_connection_is_answered_before_its_lease_is_over():
    rounds = -(-relay.AT_ONCE // twilio.CONNECTIONS)
    assert rounds * timedelta(seconds=twilio.TIMEOUT) < delivery.LEASE
