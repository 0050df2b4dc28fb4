"""Runs our own Asterisk: starts it, knows when it answers, brings it back when it dies, and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable

import httpx

from callcenter.domain.errors import ConfigError, ProviderError
from callcenter.telephony.asterisk.config.model import PbxConfig
from callcenter.telephony.asterisk.config.render import render
from callcenter.telephony.asterisk.provision.adopted import AdoptedProcess, fits, leftover
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.ports import taken_ports

OnExit = Callable[[int, int], None]
"""Told after an unexpected exit: the exit status (negative for a signal) and the wait before the next start, in ms."""

_START_S = 30.0
_STOP_S = 8.0
_FIRST_WAIT_MS = 250
_LONGEST_WAIT_MS = 15_000
_STABLE_S = 60.0
_RELOADS = (
    "module reload res_ari.so",
    "module reload res_pjsip.so",
    "module reload res_rtp_asterisk.so",
    "module reload res_websocket_client.so",
    "dialplan reload",
)
_CONSOLE_LIMIT = 4_000_000


class AsteriskServer:
    """One Asterisk process in one run folder.

    After an unexpected exit it is started again, with a wait that doubles from 250 ms to 15 s and begins anew
    once it ran for a minute; ``on_exit`` hears of each. ``stop`` ends both process and watch.
    """

    def __init__(
        self,
        install: AsteriskInstall,
        config: PbxConfig,
        *,
        restart: bool = True,
        on_exit: OnExit | None = None,
        on_restored: Callable[[], None] | None = None,
    ) -> None:
        self._install = install
        self._config = config
        self._restart = restart
        self._on_exit = on_exit
        self._on_restored = on_restored
        self._process: asyncio.subprocess.Process | AdoptedProcess | None = None
        self._adopted = False
        self._watch: asyncio.Task[None] | None = None
        self._up = asyncio.Event()

    @property
    def config(self) -> PbxConfig:
        """The configuration last rendered."""
        return self._config

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else None

    async def start(self) -> None:
        """Render, start, and return once ARI answers.

        An Asterisk of this run folder that outlived its parent is adopted with its calls, when its ports and
        modules are still the configured ones; otherwise it is ended first.
        Raises ConfigError when a port is taken (naming it and its setting), ProviderError when it does not come up.
        """
        if self._watch is not None:
            raise ProviderError("this Asterisk is already running")
        try:
            if not await self._adopt():
                self._refuse_taken_ports()
                render(self._config, self._install)
                await self._spawn()
        except BaseException:
            await self._end_process()
            raise
        self._watch = asyncio.create_task(self._keep_running(), name="asterisk-watch")

    async def wait_up(self, timeout_s: float = _START_S) -> None:
        """Return once Asterisk answers ARI, after a restart too; TimeoutError otherwise."""
        await asyncio.wait_for(self._up.wait(), timeout_s)

    @property
    def adopted(self) -> bool:
        """Whether the running process was found running, with its calls, rather than started."""
        return self._adopted

    async def stop(self) -> None:
        """End the process: asked politely first, killed after 8 s. Safe to call twice."""
        await self.detach()
        await self._end_process()

    async def detach(self) -> None:
        """End the watch and leave Asterisk running with its calls; the next ``start`` adopts it."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None

    def kill(self) -> None:
        """SIGKILL, as a crash would; the watch then starts it again. ProviderError when it does not run."""
        if self.pid is None or self._process is None:
            raise ProviderError("Asterisk does not run")
        self._up.clear()
        self._process.kill()

    async def command(self, line: str) -> str:
        """Carry out one line of Asterisk's command line, such as ``pjsip show endpoints``; returns what it prints."""
        process = await asyncio.create_subprocess_exec(
            *self._install.command,
            "-C",
            str(self._config.main_file),
            "-rx",
            line,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 15)
        text = output.decode(errors="replace")
        if process.returncode != 0:
            raise ProviderError(f"Asterisk did not take {line!r}: {text.strip()}", retryable=True)
        return text

    async def apply(self, config: PbxConfig) -> None:
        """Render a changed configuration and let the running Asterisk take it: endpoints, trunks, numbers.

        Ports, folders and ARI credentials are taken by a restart only: changing one raises ConfigError.
        """
        fixed = ("run_dir", "http_address", "http_port", "sip_address", "sip_port", "ari_user", "ari_password")
        for name in fixed:
            if getattr(config, name) != getattr(self._config, name):
                raise ConfigError(name, "cannot change while Asterisk runs", "restart the service")
        self._config = config
        await self._reload()

    async def _reload(self) -> None:
        render(self._config, self._install)
        for line in _RELOADS:
            await self.command(line)

    async def _adopt(self) -> bool:
        pid = leftover(self._config)
        if pid is None:
            return False
        self._process = AdoptedProcess(pid)
        if fits(self._config, self._install):
            try:
                await self._reload()
                await self._answering(self._process)
            except (ProviderError, ConfigError, TimeoutError):
                pass  # it hangs or is half gone: a fresh one takes its place
            else:
                self._adopted = True
                self._up.set()
                return True
        await self._end_process()
        return False

    def _refuse_taken_ports(self) -> None:
        for port in taken_ports(self._config):
            raise ConfigError(
                port.setting,
                f"port {port.number}/{port.protocol} on {port.address} is taken by {port.holder}",
                f"end that program or set another {port.setting}",
            )

    async def _spawn(self) -> None:
        console = self._console()
        try:
            self._adopted = False
            self._process = await asyncio.create_subprocess_exec(
                *self._install.command,
                "-C",
                str(self._config.main_file),
                "-f",
                "-n",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd=self._config.run_dir,
                start_new_session=True,
            )
        finally:
            os.close(console)
        await self._answering(self._process)
        self._up.set()

    def _console(self) -> int:
        file = self._config.run_dir / "log/console.log"
        if file.is_file() and file.stat().st_size > _CONSOLE_LIMIT:
            file.replace(file.with_suffix(".log.1"))
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def _answering(self, process: asyncio.subprocess.Process | AdoptedProcess) -> None:
        """Wait until ARI answers with our credentials and the modules are all up."""
        deadline = time.monotonic() + _START_S
        auth = (self._config.ari_user, self._config.ari_password)
        url = f"{self._config.ari_url}/asterisk/info"
        async with httpx.AsyncClient(auth=auth, trust_env=False, timeout=2) as client:
            while time.monotonic() < deadline:
                if process.returncode is not None:
                    raise ProviderError(f"Asterisk ended at once (status {process.returncode}):\n{self.last_words()}")
                try:
                    answer = await client.get(url)
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code == 200:
                    await self.command("core waitfullybooted")
                    return
                if answer is not None and answer.status_code == 401:
                    raise ConfigError("ari_password", f"{url} refuses it", "is another Asterisk on this port?")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), 0.05)
        raise ProviderError(f"Asterisk did not answer within {_START_S:.0f} s:\n{self.last_words()}")

    def last_words(self) -> str:
        """The last lines Asterisk left on its console and in its log, for an error message."""
        lines: list[str] = []
        for name in ("log/messages.log", "log/messages", "log/console.log"):
            file = self._config.run_dir / name
            if file.is_file():
                lines += file.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]
        return "\n".join(lines) or "(it left no log)"

    async def _keep_running(self) -> None:
        wait_ms = _FIRST_WAIT_MS
        while True:
            started = time.monotonic()
            assert self._process is not None
            status = await self._process.wait()
            self._up.clear()
            if not self._restart:
                self._tell(status, 0)
                return
            if time.monotonic() - started > _STABLE_S:
                wait_ms = _FIRST_WAIT_MS
            self._tell(status, wait_ms)
            await asyncio.sleep(wait_ms / 1000)
            wait_ms = min(wait_ms * 2, _LONGEST_WAIT_MS)
            try:
                await self._spawn()
            except (ProviderError, ConfigError):
                # The next turn sees the process ended, tells of it and tries again.
                await self._end_process()
            else:
                if self._on_restored is not None:
                    self._on_restored()

    def _tell(self, status: int, wait_ms: int) -> None:
        if self._on_exit is not None:
            self._on_exit(status, wait_ms)

    async def _end_process(self) -> None:
        process = self._process
        self._up.clear()
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
