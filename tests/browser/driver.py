# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser without a window, driven over WebDriver with nothing but the standard library."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

NEEDED = ["chromium", "chromedriver", "pdfinfo", "pdftotext"]
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
         "--no-first-run"]


def missing():
    """The programs that are not there."""
    return [name for name in NEEDED if not shutil.which(name)]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    """with Browser() as b: b.open(path); b.run("return document.title")"""

    def __enter__(self):
        self.profile = tempfile.mkdtemp()
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        self.wait_for_driver()
        options = {"args": FLAGS + [f"--user-data-dir={self.profile}"], "binary": shutil.which("chromium")}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", f"/session/{self.session}")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    def wait_for_driver(self):
        for _ in range(100):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def in_session(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def open(self, path):
        self.logs("browser")
        self.logs("performance")
        self.in_session("POST", "/url", {"url": "file://" + os.path.abspath(path)})

    def run(self, script, *arguments):
        return self.in_session("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def width(self, pixels):
        """As a telephone of that width would show it; 0: as before."""
        command = "Emulation.setDeviceMetricsOverride" if pixels else "Emulation.clearDeviceMetricsOverride"
        size = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": True} if pixels else {}
        self.in_session("POST", "/goog/cdp/execute", {"cmd": command, "params": size})

    def logs(self, kind):
        return self.in_session("POST", "/se/log", {"type": kind})

    def errors(self):
        return [entry["message"] for entry in self.logs("browser")]

    def requests(self):
        """What the page asked for, itself included."""
        urls = []
        for entry in self.logs("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls


def print_to_pdf(page, pdf):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(["chromium", *FLAGS, "--no-pdf-header-footer", f"--user-data-dir={profile}",
                        f"--print-to-pdf={pdf}", "file://" + os.path.abspath(page)], check=True, timeout=120,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
