import { Duplex } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { openSerial } from '../../../collector/sources/serial.ts';

type Done = (error: Error | null) => void;

/** Ports that a test opened; what opening and flushing the next one gives. */
const ports = vi.hoisted(() => ({
  opened: [] as { isOpen: boolean; flushed: boolean }[],
  open: null as Error | null,
  flush: null as Error | null,
}));

vi.mock('serialport', () => ({
  SerialPort: class extends Duplex {
    isOpen = false;
    flushed = false;

    constructor() {
      super();
      ports.opened.push(this);
    }

    override _read(): void {}

    open(done: Done): void {
      this.isOpen = ports.open === null;
      setImmediate(done, ports.open);
    }

    flush(done: Done): void {
      this.flushed = ports.flush === null;
      setImmediate(done, ports.flush);
    }

    close(done: Done): void {
      this.isOpen = false;
      done(null);
    }
  },
}));

const settings = { path: '/dev/ttyUSB0', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
const opening = async (open: Error | null, flush: Error | null, signal = new AbortController().signal) => {
  Object.assign(ports, { open, flush, opened: [] });
  const result = await openSerial(settings, signal).then(
    (port) => port,
    (error: Error) => error.message,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return { result, port: ports.opened[0]! };
};

describe('a serial port', () => {
  it('is opened empty of what lay in its buffers, and freed with its stream', async () => {
    const { result, port } = await opening(null, null);
    expect([port.isOpen, port.flushed]).toEqual([true, true]);
    (result as Duplex).destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(port.isOpen).toBe(false);
  });

  it('that cannot be emptied, or is not wanted any more, is freed at once, so that the next attempt finds it', async () => {
    const pulled = await opening(null, new Error('the adapter is gone'));
    expect([pulled.result, pulled.port.isOpen]).toEqual(['the adapter is gone', false]);
    const stopped = await opening(null, null, AbortSignal.abort());
    expect([stopped.result, stopped.port.isOpen]).toEqual(['stopped', false]);
    expect((await opening(new Error('no such port'), null)).result).toBe('no such port');
  });
});
