"""What may hang is waited for only so long, and is not piled up."""

import threading

import pytest

from server.jobs.aside import Aside


def test_its_result_and_its_fault_come_back():
    aside: Aside[int] = Aside("sum", 5)
    assert aside.run(lambda: 1 + 1) == 2
    with pytest.raises(ZeroDivisionError):
        aside.run(lambda: 1 // 0)
    assert aside.run(lambda: 3) == 3


def test_one_that_hangs_is_left_alone_and_refuses_the_next():
    aside: Aside[bool] = Aside("hang", 0.05)
    hanging = threading.Event()
    with pytest.raises(TimeoutError, match="hang hangs"):
        aside.run(hanging.wait)
    threads = threading.active_count()
    with pytest.raises(TimeoutError, match="still hangs"):
        aside.run(hanging.wait)
    assert threading.active_count() == threads
    hanging.set()
    while aside.hangs():
        pass
    assert aside.run(lambda: True)
