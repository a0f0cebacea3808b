#!/usr/bin/env python3
"""Checks a journal's folder with nothing but Python: python3 verify_journal.py DIR [SEQ:SHA256 of a root noted earlier]"""
import glob, gzip, hashlib, os, re, sys

def wrong(path, seq, what):
    sys.exit(f"{path}: group {seq} {what}")

folder, root = sys.argv[1], (sys.argv[2].split(":") if len(sys.argv) > 2 else None)
files = {os.path.basename(p).split(".")[0]: p for pattern in ("*.lhj", "*.lhj.gz") for p in glob.glob(os.path.join(folder, pattern))}
chain, seq, records, plant, start, dropped, seen = None, 0, 0, None, None, set(), False
for name in sorted(files, key=int):
    path = files[name]
    lines = (gzip.open if path.endswith(".gz") else open)(path, "rb").read().split(b"\n")
    header = re.fullmatch(rb"#liangheng-journal 1\tplant ([^\t]*)\tfirst (\d+)\tchain ([0-9a-f]{64})\t[0-9a-f]{8}", lines[0])
    if not header or int(header[2]) != int(name):
        wrong(path, int(name), "has no valid header")
    if chain is None:
        plant, chain, seq = header[1], header[3].decode(), int(name) - 1
        start = (str(seq), chain)
        if seq == 0 and chain != hashlib.sha256(b"liangheng journal 1\n" + plant + b"\n").hexdigest():
            wrong(path, 1, "does not begin the chain of its plant")
    if header[1] != plant or header[3].decode() != chain or int(name) != seq + 1:
        wrong(path, seq + 1, "does not follow the file before")
    group = []
    for line in lines[1:-1]:
        if not line.startswith(b"="):
            group.append(line)
            continue
        chain, seq = hashlib.sha256(chain.encode() + b"".join(one + b"\n" for one in group)).hexdigest(), seq + 1
        if line != f"=\t{seq}\t{len(group)}\t{chain}".encode():
            wrong(path, seq, "is not what was written")
        seen = seen or root == [str(seq), chain]
        dropped.update(re.findall(r"\tjournal\tdropped\t[^\t]*through (\d+):([0-9a-f]{64})\t", b"\n".join(group).decode("utf-8", "replace")))
        records, group = records + len(group), []
if start and start[0] != "0" and start not in dropped:
    wrong(folder, start[0], "and all before are gone, and no record says that they were dropped")
if root and not seen and tuple(root) != start and tuple(root) not in dropped:
    wrong(folder, root[0], "of the root was cut off, dropped or is another")
print(f"whole: {records} records from group {int(start[0]) + 1 if start else 1} up to group {seq}, chain value {chain}")
