# SPDX-License-Identifier: BSD-2-Clause
"""Many places in one process: each a connection of its own to the engine, with a certificate of
its own, that answers what it is asked."""
import asyncio
import re
import ssl
import subprocess
import threading

CONNECTED_S = 300
AT_THE_DOOR = 20  # at once: the engine waits only so long for a handshake
CONNECT = (b'CONNECT {"verbose":false,"pedantic":false,"lang":"python","version":"1","protocol":1,'
           b'"headers":true,"no_responders":true}\r\n')  # fmt: skip

# one key for all: only the name in the certificate matters to the engine
ENROL = """
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=many \
    -keyout many.key -out many.csr
for name in %s; do
    printf 'basicConstraints=critical,CA:FALSE\\nsubjectAltName=DNS:%%s.place\\n' $name >many.ext
    openssl x509 -req -in many.csr -CA fleet-ca.crt -CAkey fleet-ca.key -days 1 -extfile many.ext \
        -out many.$name.crt
done
"""


class SimulatedPlaces:
    """A context, entered before the fleet starts.  `answer(payload)` makes the answers' bytes;
    `start` returns when all of them listen."""

    def __init__(self, fleet, count, version, answer):
        self.names = [f"p{number:04}" for number in range(count)]
        self._fleet, self._version, self._answer = fleet, version, answer
        self._ready, self._thread, self._loop = 0, None, None
        self._all_ready = threading.Event()
        self.failures = []

    def __enter__(self):
        subprocess.run(["bash", "-e", "-c", ENROL % " ".join(self.names)], check=True,
                       cwd=self._fleet.directory, capture_output=True)  # fmt: skip
        config = self._fleet.engines[0].config
        text = config.read_text()
        [block] = re.findall(r'    \{user: "fra\.place".*?\}\}\}\n', text, re.S)
        blocks = (block.replace("fra", name) for name in self.names)
        config.write_text(text.replace(block, block + "".join(blocks), 1))
        return self

    def __exit__(self, *_):
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)
        if self._thread is not None:
            self._thread.join()

    def start(self):
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        ready = self._all_ready.wait(CONNECTED_S)
        assert ready, f"{self._ready} of {len(self.names)} listen: {self.failures}"

    def _run(self):
        async def everybody():
            self._door = asyncio.Semaphore(AT_THE_DOOR)
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            await asyncio.gather(*map(self._place, self.names))

        try:
            asyncio.run(everybody())
        except asyncio.CancelledError:
            pass
        except OSError as failure:
            self.failures.append(failure)

    async def _listen(self, name, context):
        """Tries again, as a place does, if the engine of a busy machine gave up the handshake, or
        the wait for CONNECT."""
        address, port = self._fleet.listens[0].split(":")
        async with self._door:
            while True:
                try:
                    reader, writer = await asyncio.open_connection(address, int(port))
                    await reader.readline()  # INFO
                    await writer.start_tls(context, server_hostname="hub.engine")
                    subject = f"pl.{self._version}.ask.{name}.*"
                    writer.write(CONNECT + f"SUB {subject} 1\r\nPING\r\n".encode())
                    while line := await reader.readline():
                        if line.startswith(b"PONG"):
                            return reader, writer
                except OSError:
                    pass
                await asyncio.sleep(0.2)

    async def _place(self, name):
        context = ssl.create_default_context(cafile=self._fleet.authority.certificate)
        context.check_hostname = False
        directory = self._fleet.directory
        context.load_cert_chain(directory / f"many.{name}.crt", directory / "many.key")
        reader, writer = await self._listen(name, context)
        self._ready += 1
        if self._ready == len(self.names):
            self._all_ready.set()
        while line := await reader.readline():
            words = line.split()
            if words[0] == b"PING":
                writer.write(b"PONG\r\n")
            elif words[0] == b"MSG":
                payload = (await reader.readexactly(int(words[-1]) + 2))[:-2]
                said = self._answer(payload)
                writer.write(b"PUB %s %d\r\n%s\r\n" % (words[3], len(said), said))
            elif words[0] == b"-ERR":
                self.failures.append(line)
