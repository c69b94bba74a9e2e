#!/usr/bin/env python3
"""A TCP proxy that spoils connections: one port for each link, each link with a fault of its own.

  proxy.py LINKS.json      runs until its standard input ends; prints the control port

LINKS.json: {"gateway/broker": {"port": 21001, "upstream": 19092, "advertised": true}, …}, all on 127.0.0.1.
`advertised`: the upstream names its own address in its answers, as Kafka brokers do; the link's is put in its place.

Control: a line of JSON each way. {"link": "gateway/broker", "mode": "delay", "seconds": 0.2, "jitter": 0.1} gives
{"connections": 3, "swallowed": 0, "cut": 0}. Modes:
  pass       heals. A connection of which bytes were swallowed is reset, as a peer that has restarted would do
  delay      each piece waits `seconds`, and up to `jitter` more
  throttle   `rate` bytes a second each way
  cut        resets all connections, and each new one
  half-open  keeps connections, takes new ones, and swallows what comes `toward` the "server", the "client" or "both"
"""

import asyncio
import json
import pathlib
import random
import socket
import struct
import sys

HOST = "127.0.0.1"
PIECE = 1 << 16


class Link:
    """One listening port, its upstream, the fault that it has now, and the connections through it."""

    def __init__(self, name, port, upstream, advertised=False):
        self.name, self.port, self.upstream = name, port, upstream
        self.spoken = [HOST.encode() + struct.pack(">i", p) for p in (upstream, port)] if advertised else None
        self.mode, self.pairs, self.swallowed, self.cut = {"mode": "pass"}, set(), 0, 0

    def set(self, mode):
        """Takes on a fault, or none."""
        self.mode = mode
        for pair in list(self.pairs):
            if mode["mode"] == "cut" or (mode["mode"] == "pass" and pair.tainted):
                pair.reset()

    def swallows(self, toward):
        """Whether bytes to that side are to vanish."""
        return self.mode["mode"] == "half-open" and self.mode.get("toward", "both") in ("both", toward)

    def wait(self, size):
        """How long a piece of this size is to wait."""
        if self.mode["mode"] == "delay":
            return self.mode["seconds"] + random.uniform(0, self.mode.get("jitter", 0))
        return size / self.mode["rate"] if self.mode["mode"] == "throttle" else 0

    async def accept(self, reader, writer):
        """Serves one client until either side ends."""
        pair = Pair(self, writer)
        if self.mode["mode"] == "cut":
            return pair.reset()
        self.pairs.add(pair)
        try:
            if self.swallows("server") and self.swallows("client"):
                await pair.pump(reader, None, "server")
            else:
                above, pair.above = await asyncio.open_connection(HOST, self.upstream)
                await pair.both(reader, above)
        except (OSError, asyncio.IncompleteReadError):
            pair.reset()
        finally:
            pair.close()
            self.pairs.discard(pair)


class Pair:
    """A client's connection and the one to the upstream that belongs to it."""

    def __init__(self, link, client):
        self.link, self.client, self.above, self.tainted, self.rest = link, client, None, False, 0

    async def both(self, client, above):
        """Pumps both ways until one ends."""
        ways = [
            asyncio.create_task(self.pump(client, self.above, "server")),
            asyncio.create_task(self.pump(above, self.client, "client"))]
        done, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in left:
            way.cancel()
        for error in await asyncio.gather(*done, return_exceptions=True):
            if error is not None:
                raise error

    async def pump(self, reader, writer, toward):
        """Carries pieces one way, as the link's fault allows."""
        framed = self.link.spoken is not None and toward == "client"
        while piece := await (self.frame(reader) if framed else reader.read(PIECE)):
            if wait := self.link.wait(len(piece)):
                await asyncio.sleep(wait)
            if writer is None or self.link.swallows(toward):
                self.tainted = True
                self.link.swallowed += len(piece)
            else:
                writer.write(piece)
                await writer.drain()

    async def frame(self, reader):
        """A small answer whole, with the link's address in the place of the upstream's; of a great one its pieces."""
        if self.rest:
            piece = await reader.read(min(self.rest, PIECE))
            self.rest -= len(piece)
            return piece
        head = await reader.read(4)
        if not head:
            return b""
        head += await reader.readexactly(4 - len(head))
        size = struct.unpack(">i", head)[0]
        if size > PIECE:
            self.rest = size
            return head
        return head + (await reader.readexactly(size)).replace(*self.link.spoken)

    def reset(self):
        """Ends both sides with RST."""
        self.link.cut += 1
        for side in filter(None, (self.client, self.above)):
            end = side.get_extra_info("socket")
            if end is not None and end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.transport.abort()

    def close(self):
        """Ends both sides."""
        for side in filter(None, (self.client, self.above)):
            side.close()


async def control(links, reader, writer):
    """Answers who steers, line by line."""
    while line := await reader.readline():
        order = json.loads(line)
        link = links[order.pop("link")]
        if order:
            link.set(order)
        told = {"connections": len(link.pairs), "swallowed": link.swallowed, "cut": link.cut}
        writer.write(json.dumps(told).encode() + b"\n")
        await writer.drain()


async def main(path):
    links = {name: Link(name, **given) for name, given in json.loads(pathlib.Path(path).read_text()).items()}
    for link in links.values():
        await asyncio.start_server(link.accept, HOST, link.port, backlog=256)
    steering = await asyncio.start_server(lambda r, w: control(links, r, w), HOST, 0)
    print(steering.sockets[0].getsockname()[1], flush=True)
    ends = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(ends), sys.stdin)
    await ends.read()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
