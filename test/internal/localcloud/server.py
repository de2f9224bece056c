# Runs MiniStack. It hands on what a function writes within 50 ms of its answer,
# and the rest with the function's next invocation: on a machine that is busy, a
# test would find the line of one request at the next. Compiled functions, which
# are the authorizers and write at every invocation, get more time here.
#
# The file secrets-behind holds by how many seconds Secrets Manager's clock is
# slow, for tests of what happens when a secret is old.
import time

from ministack.app import main
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import secretsmanager

drain = ProvidedWorker._drain_stderr_bounded


def patient_drain(self, first_line_wait=2.0, idle_confirm=0.005, hard_cap=3.0):
    return drain(self, first_line_wait, idle_confirm, hard_cap)


class SlowClock:
    def __getattr__(self, name):
        return getattr(time, name)

    def time(self):
        try:
            with open("secrets-behind") as file:
                return time.time() - int(file.read())
        except FileNotFoundError:
            return time.time()


ProvidedWorker._drain_stderr_bounded = patient_drain
secretsmanager.time = SlowClock()
main()
