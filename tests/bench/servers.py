"""What everybody is measured against: one redis-server, one Sheets emulator, and networks in between."""

import json
import pathlib
import shutil
import socket
import subprocess
import time

import children
from emulator_process import Emulator
from redis_socket import RedisSocket

SYSTEM_CA_FILE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Network:
    """A round trip between localhost and a server that is really near."""

    def __init__(self, program, round_trip_ms, port):
        self.process = children.start([str(program), "--round-trip-us", str(round(round_trip_ms * 1000)), "--to",
                                       f"127.0.0.1:{port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]


class Redis:
    def __init__(self, folder):
        self.port, path = free_port(), folder / "redis.sock"
        children.start([shutil.which("redis-server") or "redis-server", "--port", str(self.port), "--bind", "127.0.0.1",
                        "--unixsocket", str(path), "--save", "", "--appendonly", "no", "--dir", str(folder)],
                       stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.client = RedisSocket(path)
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("redis-server did not start")

    def info(self, section):
        lines = (line.partition(":") for line in self.client.ask("INFO", section).splitlines())
        return {name: value for name, _, value in lines if value}

    def counts(self):
        """Its processor time so far, and what came and went."""
        cpu, stats = self.info("cpu"), self.info("stats")
        return {"redis_cpu_seconds": float(cpu["used_cpu_user_main_thread"]) + float(cpu["used_cpu_sys_main_thread"]),
                "redis_commands": int(stats["total_commands_processed"]),
                "redis_bytes": int(stats["total_net_input_bytes"]) + int(stats["total_net_output_bytes"])}


class Google:
    """The emulator with one sheet. Far away, the token's server and the sheets' are two hosts, as Google's are."""

    def __init__(self, sheet, folder, proxy, round_trip_ms=0, service_ms=0, is_plain=False):
        self.emulator = Emulator("--sheet", str(sheet.file), *(["--plain"] if is_plain else []))
        self.folder = folder / f"google-{sheet.missing}-of-{sheet.rows}-{round_trip_ms}"
        self.folder.mkdir(exist_ok=True)
        self.url, self.token_url = self.emulator.url, self.emulator.token_url
        if service_ms:
            self.emulator.do("config", delay_ms={"any": service_ms})
        if round_trip_ms:
            self.url, token_host = (f"https://localhost:{Network(proxy, round_trip_ms, self.emulator.port).port}"
                                    for _ in range(2))
            self.token_url = token_host + "/token"
            self.emulator.do("config", audience=self.token_url)
        account = json.loads(pathlib.Path(self.emulator.credentials_file).read_text(encoding="utf-8"))
        self.credentials_file = self.folder / "credentials.json"
        self.credentials_file.write_text(json.dumps({**account, "token_uri": self.token_url}), encoding="utf-8")
        # As users do: the system's authorities, and one more.
        self.ca_file = self.folder / "ca.pem"
        self.ca_file.write_text(SYSTEM_CA_FILE.read_text() + pathlib.Path(self.emulator.ca_file).read_text())

    def job(self):
        return {"spreadsheet_id": self.emulator.spreadsheet_id, "worksheet": "Operaciones", "sheets_endpoint": self.url,
                "token_url": self.token_url, "credentials_file": str(self.credentials_file),
                "ca_file": str(self.ca_file)}

    def counts(self):
        stats = self.emulator.do("stats")
        reads = stats["metadata"] + stats["values"] + stats["confirm"]
        return {"google_requests": reads + stats["token"], "google_reads": reads,
                "google_bytes": stats["bytes_in"] + stats["bytes_out"]}

    def close(self):
        self.emulator.close()
