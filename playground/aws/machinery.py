"""Builds the parts of a running local AWS and takes them apart again."""

import os
import socket
from collections.abc import Mapping
from typing import Any, Protocol

from playground.aws import emulator as emulators
from playground.aws import objects
from playground.aws.alarms import Alarms
from playground.aws.calls import Calls
from playground.aws.code import CodeStore
from playground.aws.faults import Faults
from playground.aws.frontdoor import FrontDoor
from playground.aws.functions import Functions
from playground.aws.hooks import Hooks
from playground.aws.pace import Pace, Timers
from playground.aws.processes import Processes
from playground.aws.queues import QueuePoller
from playground.aws.rules import Rules
from playground.aws.server import Server


class Account(Protocol):
    """What the machinery needs of the local AWS that it is part of."""

    url: str
    faults: Faults
    calls: Calls

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS."""

    def inside_client(self, service: str) -> Any:
        """A boto3 client that no fault befalls."""


class Machinery:
    """Everything that runs; made by `start`, gone after `stop`."""

    def __init__(
        self, account: Account, listener: socket.socket, pace: Pace, function_environment: Mapping[str, str]
    ) -> None:
        self._account, self._pace = account, pace
        self.physical_names: dict[str, str] = {}
        port = listener.getsockname()[1]
        self._before = {name: os.environ.get(name) for name in emulators.environment(port)}
        self.emulator = emulators.load(port)
        self.hooks, self.timers, self.code = Hooks(), Timers(), CodeStore()
        self.processes = Processes(account.url, function_environment)
        self.functions = Functions(self.emulator, self.processes, self.code)
        self.rules = Rules(self.emulator, account.client)
        self.queues = QueuePoller(self.emulator)
        self.alarms = Alarms(self.emulator, pace)
        self.machines = self._mount_moto()
        door = FrontDoor(self.emulator.app.app, self.processes, account.faults, account.calls)
        self.server = Server(door, listener)

    def start(self) -> None:
        """Hook everything up and answer."""
        self.functions.install(self.hooks, self._pace)
        self.rules.install(self.hooks, self.timers)
        self.queues.install(self.hooks, self._pace)
        self.alarms.install(self.hooks, self.timers)
        objects.install(self.emulator, self.hooks)
        self.server.start()
        self.hooks.attribute(self.emulator.app, "_MAIN_LOOP", self.server.loop)

    def stop(self) -> None:
        """Take everything down; the process's environment is as it was before."""
        self.timers.call_off()
        self.machines.stop()
        self.queues.stop()
        self.processes.stop()
        self.server.stop()
        self.hooks.remove()
        self.code.remove()
        for name, value in self._before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def _mount_moto(self) -> Any:
        from playground.aws import retries, sagemaker, states  # noqa: PLC0415 - only now is moto without AWS Batch
        from playground.aws.sagemaker_base import Surroundings  # noqa: PLC0415 - likewise

        self.around = around = Surroundings(
            publish=self.rules.publish,
            in_alarm=self.alarms.ringing,
            function_of=self.processes.function_of,
            faults=self._account.faults,
            pace=self._pace,
            timers=self.timers,
            s3=lambda: self._account.inside_client("s3"),
        )
        sagemaker.install(self.emulator, self.hooks, around)
        machines = states.StateMachines(self.emulator, self._account.url, self.rules.publish)
        machines.install(self.hooks)
        if self._pace.longest_retry is not None:
            retries.hurry(self.hooks, self._pace.longest_retry)
        return machines
