"""A serial line with a Modbus RTU slave at its end, as a pseudo-terminal that takes the time which the bytes take.

Called as: modbus-bus-line.py BAUD. Prints the terminal's path; then, for each byte on standard input, one line of JSON: how many requests
were answered, how many came into the silence that must part two frames, and by how many milliseconds in sum the line itself was late
(this process is not woken as exactly as a wire is). A request has arrived when its bytes have gone over the wire and 3.5 characters of
silence have passed, the answer when its own bytes have. A wire does not wait for its turn on a processor: where it may, the process runs
before all others.
"""
import json
import os
import select
import sys
import time
import tty

baud = int(sys.argv[1])
byte = 10 / baud
gap = 0.00175 if baud > 19200 else 3.5 * byte


def crc(data):
    value = 0xFFFF
    for one in data:
        value ^= one
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return bytes([value & 255, value >> 8])


try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except (OSError, AttributeError):
    pass
line, end = os.openpty()
tty.setraw(end)
tty.setraw(line)
print(os.ttyname(end), flush=True)
answered = early = 0
late = free = 0.0
held = b""
began = 0.0
while True:
    ready, _, _ = select.select([line, 0], [], [])
    now = time.monotonic()
    if 0 in ready:
        if not os.read(0, 1):
            break
        print(json.dumps({"answered": answered, "early": early, "lateMs": late * 1000, "atMs": now * 1000}), flush=True)
    if line not in ready:
        continue
    if not held:
        began = now
        if now < free - 0.0005:
            early += 1
    held += os.read(line, 256)
    if len(held) < 8:
        continue
    request, held = held[:8], b""
    count = request[4] * 256 + request[5]
    body = bytes([request[0], request[1], 2 * count]) + bytes(2 * count)
    answer = body + crc(body)
    due = began + (len(request) + len(answer)) * byte + gap
    time.sleep(max(0.0, due - time.monotonic()))
    late += time.monotonic() - due
    os.write(line, answer)
    free = time.monotonic() + gap
    answered += 1
