"""A text that no phone showed in time: its contact is called, before anybody's answer is due."""

from tests.support.world import World


def test_a_landline_never_shows_a_text_and_is_called_at_once(calling: World) -> None:
    noor, ana = calling.staff(), calling.activist(contacts=["Ben", "Grace"])
    ben, grace = ana
    ana.phone.press()
    calling.carrier.expect(ben).receipt("delivered")
    calling.carrier.expect(grace)
    calling.forward(seconds=29)
    calling.carrier.expect_silence()
    calling.forward(seconds=2)
    calling.carrier.expect_call(grace, "Ana").press("1")
    (entry,) = noor.timeline(ana.phone.last, "calling")
    assert (entry["detail"]["name"], entry["detail"]["reason"]) == ("Grace", "not_delivered")
    calling.carrier.expect(ben, "Grace is acting")
    calling.forward(hours=1)
    calling.carrier.expect_silence()


def test_a_text_that_was_delivered_is_followed_by_no_call(calling: World) -> None:
    ana = calling.activist()
    ana.phone.press()
    text = calling.carrier.expect(ana.contacts[0])
    calling.forward(seconds=29)
    text.receipt("delivered")
    calling.forward(seconds=59)
    calling.carrier.expect_silence()


def test_one_call_for_one_reason_at_a_time(calling: World) -> None:
    """The carrier's code rang them already: the rung that comes to the same end adds nothing."""
    ana = calling.activist()
    ana.phone.press()
    calling.carrier.expect(ana.contacts[0]).receipt("undelivered", 30006)
    calling.carrier.expect_call(ana.contacts[0])
    calling.forward(seconds=60)
    calling.carrier.expect_silence()
