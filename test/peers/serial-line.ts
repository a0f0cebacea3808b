import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A pair of pseudo-terminals joined by socat, as a cable joins two serial ports. They know no baud rate. */
export async function cable(here: string, there: string): Promise<() => Promise<void>> {
  const socat = spawn('socat', [`pty,raw,echo=0,link=${here}`, `pty,raw,echo=0,link=${there}`], { stdio: 'ignore' });
  const failed = once(socat, 'error').then(() => {
    throw new Error("no socat found: install Debian's package socat");
  });
  await Promise.race([until(() => existsSync(here) && existsSync(there)), failed]);
  return () => killed(socat);
}

/** pymodbus serving the units of modbus-server.py on a serial port. */
export function pymodbusOn(tty: string, framing: 'rtu' | 'ascii'): () => Promise<void> {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import pymodbus.server, serial, serial_asyncio']);
  } catch {
    throw new Error("no pymodbus found: install Debian's packages python3-pymodbus, python3-serial and python3-serial-asyncio");
  }
  const script = fileURLToPath(new URL('./modbus-server.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script, tty, framing], { stdio: 'ignore' });
  return () => killed(child);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
