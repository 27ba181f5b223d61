"""A real browser without a window: Chromium through chromedriver, which speaks WebDriver (https://www.w3.org/TR/webdriver2/), JSON
over HTTP, so that the standard library is enough to drive it.

Both are Debian's packages chromium and chromium-driver; `missing()` says what is not there.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

KEYS = {"left": "\ue012", "up": "\ue013", "right": "\ue014", "down": "\ue015", "tab": "\ue004", "enter": "\ue007", "home": "\ue011"}


def missing():
    """The programs that are not installed."""
    return [name for name in ("chromedriver", "chromium") if shutil.which(name) is None]


class Browser:
    """One window. `folder` is for its profile; it must be empty."""

    def __init__(self, folder, width=1280, height=900):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.session = ""
        self.address = f"http://127.0.0.1:{self._port()}"
        # A container has neither a sandbox of its own nor room for shared memory; root may not have the sandbox at all.
        options = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", f"--user-data-dir={folder}",
                   f"--window-size={width},{height}", "--hide-scrollbars", "--force-color-profile=srgb"]  # fmt: skip
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": options, "binary": shutil.which("chromium")},
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}, "timeouts": {"script": 60000}}  # fmt: skip
        self.session = "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def _port(self):
        for line in self.driver.stdout:
            found = re.search(r"started successfully on port (\d+)", line)
            if found:
                return int(found.group(1))
        raise OSError("chromedriver did not start")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + self.session + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise OSError(f"{path}: {json.load(error)['value']['message'].splitlines()[0]}") from None

    def close(self):
        try:
            if self.session:
                self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(30)
            self.driver.stdout.close()

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, file):
        """Opens a file and waits until the report says that it is drawn; gives the seconds from the start of loading."""
        self.call("POST", "/url", {"url": "file://" + os.path.abspath(file)})
        end = time.monotonic() + 60
        while time.monotonic() < end:
            ready = self.script("return document.documentElement.dataset.ready")
            if ready:
                return float(ready) / 1000
            time.sleep(0.02)
        raise OSError("the report is not drawn after a minute")

    def script(self, text, *arguments):
        return self.call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def press(self, *keys):
        """Keys for whatever has the focus: names of KEYS, or characters."""
        values = [KEYS.get(key, key) for key in keys]
        actions = [step for value in values for step in ({"type": "keyDown", "value": value}, {"type": "keyUp", "value": value})]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def log(self, kind="browser"):
        """What was logged since the last call: messages of the console, or events of the network."""
        return self.call("POST", "/se/log", {"type": kind})

    def media(self, **features):
        """For example media(prefers_color_scheme="dark")."""
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def resize(self, width, height, mobile=False, ratio=1):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=ratio, mobile=mobile)

    def picture(self, file, whole=False):
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole) if whole else None
        data = shot["data"] if whole else self.call("GET", "/screenshot")
        with open(file, "wb") as out:
            out.write(base64.b64decode(data))

    def pdf(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("POST", "/print", {})))
