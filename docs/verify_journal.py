#!/usr/bin/env python3
"""Checks a journal's folder with nothing but Python: python3 verify_journal.py DIR [SEQ:SHA256 of a root noted earlier]"""
import glob, gzip, hashlib, os, re, sys

def wrong(path, seq, what):
    sys.exit(f"{path}: group {seq} {what}")

folder, root = sys.argv[1], (sys.argv[2].split(":") if len(sys.argv) > 2 else None)
files = {os.path.basename(p).split(".")[0]: p for pattern in ("*.lhj", "*.lhj.gz") for p in glob.glob(os.path.join(folder, pattern))}
chain, seq, records, plant = None, 0, 0, None
for name in sorted(files, key=int):
    path = files[name]
    lines = (gzip.open if path.endswith(".gz") else open)(path, "rb").read().split(b"\n")
    header = re.fullmatch(rb"#liangheng-journal 1\tplant ([^\t]*)\tfirst (\d+)\tchain ([0-9a-f]{64})\t[0-9a-f]{8}", lines[0])
    if not header or int(header[2]) != int(name):
        wrong(path, int(name), "has no valid header")
    if chain is None:
        plant, chain, seq = header[1], header[3].decode(), int(name) - 1
        if seq == 0 and chain != hashlib.sha256(b"liangheng journal 1\n" + plant + b"\n").hexdigest():
            wrong(path, 1, "does not begin the chain of its plant")
    if header[1] != plant or header[3].decode() != chain or int(name) != seq + 1:
        wrong(path, seq + 1, "does not follow the file before")
    group = []
    for line in lines[1:-1]:
        if not line.startswith(b"="):
            group.append(line)
            continue
        chain = hashlib.sha256(chain.encode() + b"".join(one + b"\n" for one in group)).hexdigest()
        seq += 1
        if line != f"=\t{seq}\t{len(group)}\t{chain}".encode():
            wrong(path, seq, "is not what was written")
        if root and int(root[0]) == seq and root[1] != chain:
            wrong(path, seq, "is not the one of the root")
        records, group = records + len(group), []
if root and int(root[0]) > seq:
    wrong(folder, seq + 1, "and what followed were cut off")
print(f"whole: {records} records up to group {seq}, chain value {chain}")
