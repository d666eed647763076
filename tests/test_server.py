"""The production server, started for real: it outlives slow visitors, dead workers and its own renewal."""

import contextlib
import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest


class Server:
    """A running server with the tiny app."""

    def __init__(self, **settings: str) -> None:
        environment = {**os.environ, "PORT": "0", "XUEJI_WORKERS": "2", "XUEJI_APP": "tests.tiny_app:create_app"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.server"],
            cwd=Path(__file__).parent.parent,
            env={**environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> "Server":
        """Read the address from its greeting, and wait for both web workers."""
        self.port = int(self.process.stdout.readline().rpartition(":")[2])
        self.first_workers = set()
        while len(self.first_workers) < 2:
            self.first_workers |= self.web_workers()
        return self

    def ask(self, path: str = "/", **request) -> str:
        """The reply to one request on a connection of its own."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(request.pop("method", "GET"), path, **request)
            return connection.getresponse().read().decode()

    def web_workers(self) -> set[int]:
        """The process ids that answer when many ask at once."""
        return {int(reply.split()[0]) for reply in in_parallel(8, lambda: self.ask("/0.1"))}

    def end(self) -> tuple[int, str]:
        """Wait until it has ended; its exit status and what it said to the operator."""
        _, said = self.process.communicate(timeout=15)
        return self.process.returncode, said


def in_parallel(times, action):
    """The results of doing something several times at once."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(action())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wait_for(condition, seconds=8):
    """Wait until a condition holds, and fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_alive(pid):
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def start():
    """Start servers, and leave none behind."""
    servers = []

    def start_one(**settings):
        servers.append(Server(**settings))
        return servers[-1]

    yield start_one
    for server in servers:
        server.process.kill()
        server.process.communicate()


@pytest.fixture
def server(start):
    """A server that answers."""
    return start().wait_until_ready()


def slowest_of(server, visits):
    """The longest of several visits, in seconds."""
    moments = [time.monotonic()]
    for _ in range(visits):
        server.ask()
        moments.append(time.monotonic())
    return max(after - before for before, after in itertools.pairwise(moments))


@contextlib.contextmanager
def fifty_drip(server, opening, drop):
    """Fifty visitors who send a beginning, and then a few bytes every now and then."""
    with contextlib.ExitStack() as stack:
        visitors = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(50)]
        done = threading.Event()

        def drip():
            while not done.wait(0.05):
                for visitor in visitors:
                    visitor.sendall(drop)

        for visitor in visitors:
            visitor.sendall(opening)
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield visitors
        finally:
            done.set()
            dripping.join()


SLOW_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", b"x"
SLOW_HEADERS = b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n"


@pytest.mark.parametrize(("opening", "drop"), [SLOW_BODY, SLOW_HEADERS], ids=["bodies", "headers"])
def test_fifty_slow_phones_delay_nobody(server, opening, drop):
    with fifty_drip(server, opening, drop) as visitors:
        slowest = slowest_of(server, 30)

        assert slowest < 1
        visitors[0].setblocking(False)
        with pytest.raises(BlockingIOError):
            visitors[0].recv(1)


def test_a_request_that_arrives_slowly_is_answered_in_full(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as visitor:
        for piece in (
            b"POST / HTTP/1.1\r\nHo",
            b"st: x\r\nConnection: close\r\nContent-Le",
            b"ngth: 4\r\n\r\nab",
            b"cd",
        ):
            visitor.sendall(piece)
            time.sleep(0.1)
        reply = visitor.makefile("rb").read()

    assert reply.startswith(b"HTTP/1.1 200 OK")
    assert reply.split()[-2:] == [b"4", b"-"]
    assert b"server:" not in reply.lower()


def test_visitors_cannot_forge_where_they_come_from(server):
    assert server.ask(headers={"X-Forwarded-For": "10.0.0.1"}).endswith(" -")


def test_a_trusted_proxy_may_say_where_visitors_come_from(start):
    server = start(XUEJI_TRUSTED_PROXIES="1").wait_until_ready()

    assert server.ask(headers={"X-Forwarded-For": "10.0.0.1"}).endswith(" 10.0.0.1")


def test_a_killed_worker_is_replaced(server):
    victim, other = server.first_workers

    os.kill(victim, signal.SIGKILL)

    wait_for(lambda: len(server.web_workers() - {victim}) == 2)
    assert is_alive(other)


def test_workers_do_not_outlive_a_killed_master(server):
    server.process.send_signal(signal.SIGKILL)

    wait_for(lambda: not any(map(is_alive, server.first_workers)), seconds=5)


def test_stopping_answers_what_is_under_way(server):
    replies = []
    visitor = threading.Thread(target=lambda: replies.append(server.ask("/0.5", method="POST", body=b"abc")))
    visitor.start()
    time.sleep(0.2)

    server.process.send_signal(signal.SIGTERM)
    status, said = server.end()

    visitor.join()
    assert (status, said) == (0, "")
    assert replies[0].split()[1] == "3"


def test_renewal_under_load_loses_no_request(server):
    renewed = threading.Event()
    replies = []

    def visit_again_and_again():
        while not renewed.is_set():
            replies.append(server.ask("/", method="POST", body=b"abc"))

    visitors = [threading.Thread(target=visit_again_and_again) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: not any(map(is_alive, server.first_workers)))
    renewed.set()
    for visitor in visitors:
        visitor.join()

    assert len(replies) > 50
    assert {reply.split()[1] for reply in replies} == {"3"}
    assert not server.web_workers() & server.first_workers


def test_a_kept_connection_is_told_to_go_before_it_is_closed(server):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as visitor:
        visitor.request("GET", "/")
        visitor.getresponse().read()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        visitor.request("GET", "/")
        reply = visitor.getresponse()

    assert (reply.status, reply.getheader("Connection")) == (200, "close")


def test_a_renewal_that_cannot_start_leaves_the_old_workers_in_place(start, tmp_path):
    server = start(BROKEN=str(tmp_path / "broken")).wait_until_ready()

    (tmp_path / "broken").touch()
    server.process.send_signal(signal.SIGHUP)

    said = [server.process.stderr.readline() for _ in range(3)]
    assert said[0] == "The key is too short.\n"
    assert said[2] == "xueji: the new workers do not start: the old ones go on\n"
    assert server.web_workers() <= server.first_workers


def test_an_app_that_refuses_to_start_ends_the_server_with_its_reason(start, tmp_path):
    (tmp_path / "broken").touch()

    status, said = start(BROKEN=str(tmp_path / "broken")).end()

    assert status == 1 and said.startswith("The key is too short.\n") and said.endswith("giving up\n")


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("XUEJI_WORKERS", "many")])
def test_a_setting_that_is_no_number_is_named(start, name, value):
    status, said = start(**{name: value}).end()

    assert status == 1 and said.startswith(f"xueji: {name} must be a whole number")


def test_a_port_in_use_is_named(start, server):
    status, said = start(PORT=str(server.port)).end()

    assert (status, said) == (1, f"xueji: cannot listen on 127.0.0.1 (port {server.port}): Address already in use\n")


def test_background_work_is_done_by_one_process_and_resumed_when_it_dies(start, tmp_path):
    ticks = tmp_path / "ticks"
    server = start(TICKS=str(ticks)).wait_until_ready()
    wait_for(ticks.exists)
    first = int(ticks.read_text())
    assert first not in server.web_workers()

    os.kill(first, signal.SIGKILL)
    wait_for(lambda: ticks.read_text() != str(first))
    server.process.send_signal(signal.SIGTERM)

    assert server.end()[0] == 0
    assert ticks.read_text() == "stopped"


def test_it_listens_on_a_file_for_a_proxy_on_the_same_machine(start, tmp_path):
    path = tmp_path / "xueji.sock"
    process = start(HOST=f"unix:{path}").process

    assert process.stdout.readline() == f"Xueji 學籍: unix:{path}\n"
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(str(path))
        visitor.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert visitor.makefile("rb").readline() == b"HTTP/1.0 200 OK\r\n"
    process.terminate()
    assert process.wait(15) == 0
    assert not path.exists()
