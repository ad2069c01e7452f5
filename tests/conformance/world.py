"""What a call meets: a private redis-server, the Sheets emulator, and a server that speaks no Redis."""

import json
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

import hosts  # puts tests/support in the path
from redis_socket import RedisError, RedisSocket

import children
from emulator_process import Emulator

NOW_UNIX_MS = 1769094000000  # 22-01-2026 12:00:00 in Santiago, 15:00:00 in UTC
ZONE = "America/Santiago"
HEADER = ["TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion"]
SETTINGS = {"delay_ms": {"token": 0, "metadata": 0, "values": 0, "confirm": 0}, "clock_skew_s": 0, "quota_per_minute": 0,
            "sharing": None, "api_enabled": True, "lag_ms": 0, "xlsx": False, "certificate": "good", "gzip": True}
REDIS_SETTINGS = [("REPLICAOF", "NO", "ONE"), ("CONFIG", "SET", "maxmemory", "0"), ("CONFIG", "SET", "requirepass", ""),
                  ("CONFIG", "SET", "min-replicas-to-write", "0"), ("ACL", "DELUSER", "worker"), ("FLUSHALL",)]


class World:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lockrec-conformance-")
        self.path = pathlib.Path(self.folder.name)
        socket_path = self.path / "redis.sock"
        self.process = children.start(["redis-server", "--port", "0", "--unixsocket", str(socket_path), "--save", "",
                                       "--dir", self.folder.name], stdout=subprocess.DEVNULL)
        self.redis = self.connect(socket_path)
        self.emulator = Emulator("--rows", "1", "--occupied", "0", "--now", str(NOW_UNIX_MS // 1000))
        self.not_redis = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.answer_as_web_server, daemon=True).start()
        self.names = {name: str(getattr(self.emulator, name)) for name in
                      ("url", "ca_file", "credentials_file", "spreadsheet_id", "token_url", "access_token")}
        self.names |= {"redis_socket": str(socket_path), "folder": str(self.path),
                       "not_redis_port": str(self.not_redis.getsockname()[1])}

    def connect(self, path):
        end = time.monotonic() + 10
        while True:
            try:
                return RedisSocket(path)
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def answer_as_web_server(self):
        while True:
            try:
                connection, _ = self.not_redis.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    def filled(self, value):
        """Every ${name} in the texts of a JSON value replaced."""
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, str) and "${" in value:
            for name, text in self.names.items():
                value = value.replace("${" + name + "}", text)
        return value

    def prepare(self, vector):
        """Everything as the vector wants it; the question for the drivers."""
        self.redis.ask_all(REDIS_SETTINGS)
        self.redis.ask_all(self.filled(vector.get("redis", [])))
        source = vector.get("source", {})
        config = {"now_unix_ms": NOW_UNIX_MS, "deadline_ms": 20000, "redis_url": "unix://" + self.names["redis_socket"]}
        config |= self.use_source(source)
        self.emulator.do("reset")
        self.emulator.do("config", **SETTINGS)
        for command in vector.get("faults", []):
            self.emulator.do(**self.filled(command))
        config |= self.filled(vector.get("config", {}))
        asked = {"config": {name: value for name, value in config.items() if value is not None}}
        return asked | {name: vector[name] for name in ("cancel_after_ms", "measure") if name in vector}

    def use_source(self, source):
        """The fields of the configuration that name this source."""
        for kind in ("csv", "json"):
            if kind in source:
                return {"source_file": self.write(kind, source[kind]), "time_zone": ZONE}
        if "csv_rows" in source:
            lines = [",".join('"' + (cell or "").replace('"', '""') + '"' for cell in row)
                     for row in [HEADER, *source["csv_rows"]]]
            return {"source_file": self.write("csv", "\r\n".join(lines) + "\r\n"), "time_zone": ZONE}
        if "json_rows" in source:
            values = [HEADER, *source["json_rows"]]
            return {"source_file": self.write("json", {"range": "Operaciones!A1:C", "values": values}), "time_zone": ZONE}
        if "rows" in source:
            return {"rows": source["rows"], "time_zone": ZONE}
        if "sheet" in source:
            self.load(source["sheet"])
            return {name: self.names[given] for name, given in (
                ("spreadsheet_id", "spreadsheet_id"), ("sheets_endpoint", "url"), ("ca_file", "ca_file"),
                ("access_token", "access_token"))}
        return {}

    def write(self, kind, content):
        path = self.path / f"sheet.{kind}"
        if isinstance(content, str):
            text = content.encode("utf-8")
        elif isinstance(content, dict) and "hex" in content:
            text = bytes.fromhex(content["hex"])
        else:
            text = json.dumps(content, ensure_ascii=False).encode("utf-8")
        path.write_bytes(text)
        return str(path)

    def load(self, sheet):
        """rows: three cells each, below the header; or cells: everything, the header too."""
        cells = sheet["cells"] if "cells" in sheet else [HEADER, *sheet["rows"]]
        spreadsheet = {"time_zone": sheet.get("time_zone", ZONE), "locale": sheet.get("locale", "es_CL"),
                       "id": self.emulator.spreadsheet_id,
                       "sheets": [{"title": sheet.get("title", "Operaciones"), "cells": cells}]}
        self.emulator.do("sheet", spreadsheet=spreadsheet)

    def keys(self):
        """Every key with its value, or its type where it is no string, and its life: None where it does not expire."""
        found = {}
        names = sorted(self.redis.ask("KEYS", "*"))
        kinds = self.redis.ask_all([("TYPE", name) for name in names])
        lives = self.redis.ask_all([("PTTL", name) for name in names])
        for name, kind, life in zip(names, kinds, lives):
            value = self.redis.ask("GET", name) if kind == "string" else {"type": kind}
            if kind != "none" and value is not None:
                found[name] = (value, None if life < 0 else life)
        return found

    def close(self):
        self.not_redis.close()
        self.redis.close()
        self.emulator.close()
        self.process.kill()
        self.process.wait()
        children.STARTED.remove(self.process)
        self.folder.cleanup()
