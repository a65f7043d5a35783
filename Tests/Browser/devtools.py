"""Drives headless Chromium through the DevTools protocol, over a pipe: nothing but Python's library is needed."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

# Names under which distributions install it.
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FONTS = pathlib.Path(__file__).parent / "fonts.conf"
OPTIONS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


class BrowserProblem(Exception):
    """The browser is missing, answers an error, or what a test waits for does not happen."""


def find_browser() -> str:
    """The browser's path: $CHROMIUM, or the first one that is installed."""
    for name in filter(None, [os.environ.get("CHROMIUM"), *NAMES]):
        path = shutil.which(name)
        if path:
            return path
    raise BrowserProblem(
        "Chromium is not installed: on Debian `apt-get install chromium fonts-noto-cjk`, or say CHROMIUM=/path/to/it."
    )


class Browser:
    """A browser process with a profile of its own."""

    def __init__(self, folder: pathlib.Path):
        to_browser, ours_out = os.pipe()
        ours_in, from_browser = os.pipe()

        def connect():
            # The browser reads at 3 and writes at 4; both pipes are moved out of the way first.
            read, write = os.dup(to_browser), os.dup(from_browser)
            os.dup2(read, 3)
            os.dup2(write, 4)

        command = [find_browser(), *OPTIONS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self.log = open(folder / "browser.log", "wb")
        environment = os.environ | {"FONTCONFIG_FILE": str(FONTS)}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            preexec_fn=connect,
            close_fds=False,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.out, self.input = ours_out, ours_in
        self.buffer = b""
        self.count = 0
        self.pages: dict[str, Page] = {}

    def call(self, method: str, session: str | None = None, seconds: float = 30, **parameters):
        """Sends a command and waits for its answer; events that arrive meanwhile go to their pages."""
        self.count += 1
        number = self.count
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data) :]
        end = time.monotonic() + seconds
        while True:
            answer = self.receive(end - time.monotonic())
            if answer is None:
                raise BrowserProblem(f"{method}: no answer within {seconds} s")
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserProblem(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def receive(self, seconds: float):
        """The next message; None when the time is over."""
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.input], [], [], left)[0]:
                return None
            data = os.read(self.input, 1 << 16)
            if not data:
                raise BrowserProblem("the browser ended")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        page = self.pages.get(message.get("sessionId", ""))
        if page and "method" in message:
            page.notice(message["method"], message["params"])
        return message

    def page(self, **options) -> "Page":
        """A new page with storage of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, context)
        self.pages[session] = page
        page.prepare(**options)
        return page

    def close(self):
        """Ends the process."""
        try:
            self.call("Browser.close", seconds=5)
        except (BrowserProblem, OSError):
            pass
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.input)
        self.log.close()


class Page:
    """A page, with what it asked the network for and what it complained about."""

    def __init__(self, browser: Browser, session: str, context: str):
        self.browser, self.session, self.context = browser, session, context
        self.requests: list[dict] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []

    def call(self, method: str, **parameters):
        """A command to this page."""
        return self.browser.call(method, self.session, **parameters)

    def prepare(self, width=1280, height=900, dark=False, language="en-US", reduced_motion=True, scale=1):
        """Window, theme and language as a visitor has them."""
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(f"{domain}.enable")
        self.call("Audits.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"},
            ],
        )
        # The page reads navigator.language, and numbers follow it.
        agent = self.browser.call("Browser.getVersion")["userAgent"]
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def notice(self, method: str, event: dict):
        """Keeps what tests look at later."""
        if method == "Network.requestWillBeSent":
            self.requests.append(event["request"])
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.complaints.append("exception: " + details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            self.complaints.append("console: " + " ".join(str(part.get("value", part)) for part in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["source"] in ("security", "javascript", "violation"):
            self.complaints.append("log: " + event["entry"]["text"])
        elif method == "Audits.issueAdded" and event["issue"]["code"] == "ContentSecurityPolicyIssue":
            self.complaints.append("policy: " + json.dumps(event["issue"]["details"]))
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(event["message"])

    def open(self, address: str):
        """Goes there and waits until it is loaded."""
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str):
        """The value of an expression; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserProblem(f"{script}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def wait(self, script: str, seconds: float = 10):
        """Waits until an expression is true and gives its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                # An element has no value to hand over; that it is there is enough.
                value = self.run(
                    f"(() => {{ try {{ const value = ({script}); return value instanceof Node ? true : value }}"
                    " catch { return false } })()"
                )
            except BrowserProblem:
                value = None
            if value:
                return value
            time.sleep(0.03)
        raise BrowserProblem(f"this did not come true within {seconds} s: {script}")

    def text(self, selector: str) -> str:
        """What an element shows."""
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def texts(self, selector: str) -> list[str]:
        """What all such elements show."""
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((node) => node.innerText)")

    def click(self, selector: str):
        """Clicks in the middle of an element, as a mouse does."""
        where = self.wait(f"""(() => {{
            const node = document.querySelector({json.dumps(selector)});
            node.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const box = node.getBoundingClientRect();
            return box.width > 0 ? [box.x + box.width / 2, box.y + box.height / 2] : null;
        }})()""")
        for kind in ["mousePressed", "mouseReleased"]:
            self.call("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    def type(self, text: str):
        """Types into what has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, key: str, code: int, text: str = ""):
        """Presses and releases a key; `code` is its Windows virtual key code."""
        parameters = {"key": key, "windowsVirtualKeyCode": code, "code": key}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **parameters)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def picture(self, path: pathlib.Path, whole: bool = False):
        """A screenshot of the window, or of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))

    def close(self):
        """Closes it and forgets its storage."""
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
        self.browser.pages.pop(self.session, None)
