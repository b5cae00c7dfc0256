"""Compares programs that print the milliseconds of one run after another by letting them run in turns of seconds.

A shared machine is now twice as fast and now half, for minutes: programs that run one after the other meet different
machines. Here each is stopped (SIGSTOP) while another one runs, and what counts are the medians of its turns.
"""

import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

WARM_UP = 20  # runs before the first turn
UNSETTLED = 2  # runs of a turn that do not count: the first one was interrupted by the last turn's end


class Program:
    def __init__(self, command):
        self.command = command
        self.times = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen(
            ["bash", "-c", command], stdout=self.times, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def warm_up(self):
        self.wait(lambda: len(self.runs()) >= WARM_UP)
        self.signal(signal.SIGSTOP)

    def turn(self, seconds):
        """Lets the program run and returns the median of its times."""
        before = len(self.runs())
        end = time.monotonic() + seconds
        self.signal(signal.SIGCONT)
        self.wait(lambda: time.monotonic() >= end and len(self.runs()) > before + UNSETTLED)
        self.signal(signal.SIGSTOP)
        return statistics.median(self.runs()[before + UNSETTLED :])

    def runs(self):
        with open(self.times.name) as file:
            lines = file.read().split("\n")
        return [float(line) for line in lines[:-1]]

    def wait(self, condition):
        while not condition():
            if self.process.poll() is not None:
                raise SystemExit(f"ended with {self.process.returncode}: {self.command}")
            time.sleep(0.1)

    def signal(self, number):
        os.killpg(self.process.pid, number)


def measure(commands, rounds, seconds):
    """Returns the medians of each round, in the order of the commands."""
    programs = []
    try:
        for command in commands:
            programs.append(Program(command))
            programs[-1].warm_up()
        medians = []
        for i in range(rounds):
            order = programs[:: 1 if i % 2 == 0 else -1]
            turns = {program: program.turn(seconds) for program in order}
            medians.append([turns[program] for program in programs])
        return medians
    finally:
        for program in programs:
            with contextlib.suppress(ProcessLookupError):  # it has ended
                program.signal(signal.SIGKILL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="what is measured")
    parser.add_argument("first", help="a shell command, by whose times the others' are divided")
    parser.add_argument("others", nargs="+", help="shell commands")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=2, help="of one turn")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    rounds = measure([arguments.first, *arguments.others], arguments.rounds, arguments.seconds)
    columns = list(zip(*rounds))
    means = ", ".join(f"{statistics.mean(column):.1f} ms ({min(column):.1f} to {max(column):.1f})" for column in columns)
    ratios = [statistics.mean(column) / statistics.mean(columns[0]) for column in columns[1:]]
    print(f"{arguments.name}: {means}; {', '.join(f'{ratio:.2f}' for ratio in ratios)} times the first", flush=True)


if __name__ == "__main__":
    main()
