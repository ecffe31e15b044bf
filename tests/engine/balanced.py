"""Asks a web server again and again, a new connection each time, until its stdin ends; then tells
what came as JSON: {"answers": [[seconds, text]], "failures": [...]}."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time

PER_SECOND = 300


def main(port: int) -> None:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    answers: list[tuple[float, str]] = []
    failures: list[str] = []
    begin = time.monotonic()
    while not over.is_set():
        at = time.monotonic() - begin
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/")
            answer = connection.getresponse()
            text = answer.read().decode().strip()
            connection.close()
        except (OSError, http.client.HTTPException) as err:
            failures.append(f"{at:.2f}: {err!r}")
        else:
            if answer.status == 200:
                answers.append((at, text))
            else:
                failures.append(f"{at:.2f}: {answer.status}")
        ahead = len(answers) / PER_SECOND - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
    seconds = time.monotonic() - begin
    print(json.dumps({"answers": answers, "failures": failures, "seconds": seconds}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
