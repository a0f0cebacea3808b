"""An electricity meter (DL/T 645-2007) and a water meter (CJ/T 188) on one end of a serial line each, in plain Python: serial-meters.py TTY645 TTY188."""
import os
import sys
import threading
import tty


def framed(body):
    return b'\xfe\xfe' + body + bytes([sum(body) % 256, 0x16])


def electricity(frame):
    # 317.76 kWh of the meter 202107072529, as published; every byte of data + 33H.
    address, control, data = frame[1:7], frame[8], bytes((b - 0x33) % 256 for b in frame[10:-2])
    if address != bytes.fromhex('292507072120') or control != 0x11 or data != bytes(4):
        return None
    answer = data + bytes.fromhex('76170300')
    return framed(b'\x68' + address + b'\x68\x91' + bytes([len(answer)]) + bytes((b + 0x33) % 256 for b in answer))


def water(frame):
    # 2.00 m3 of the meter 00002020120218; identifier and serial number are those of the question.
    kind, address, control = frame[1:2], frame[2:9], frame[9]
    if address != bytes.fromhex('18021220200000') or control != 0x01:
        return None
    asked = frame[11:14]
    answer = asked + bytes.fromhex('000200002C000200002C000000000000000000FF')[:19]
    return framed(b'\x68' + kind + address + b'\x81' + bytes([len(answer)]) + answer)


def opened(path):
    line = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(line)
    return line


def serve(line, length_at, reply):
    held = b''
    while True:
        held = (held + os.read(line, 256)).lstrip(b'\xfe')
        if len(held) > length_at and len(held) >= length_at + held[length_at] + 3:
            frame, held = held[: length_at + held[length_at] + 3], b''
            right = sum(frame[:-2]) % 256 == frame[-2]
            answer = reply(frame) if right else None
            if answer:
                os.write(line, answer[:7])
                os.write(line, answer[7:])


for path, length_at, reply in ((sys.argv[1], 9, electricity), (sys.argv[2], 10, water)):
    threading.Thread(target=serve, args=(opened(path), length_at, reply)).start()
print('ready', flush=True)
