"""A simulated eKuiper over HTTP: the demo fleet, and the tests' server."""

from ekmanager.simulator.demo import DemoFleet, DemoServer
from ekmanager.simulator.engine import Engine
from ekmanager.simulator.server import Behaviour, SimulatedServer

__all__ = ["Behaviour", "DemoFleet", "DemoServer", "Engine", "SimulatedServer"]
