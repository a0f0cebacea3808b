import type { Duplex } from 'node:stream';

/** A serial port and how bytes stand on it. */
export interface SerialSettings {
  /** The device file, best one under /dev/serial/by-id, which names the adapter wherever it is plugged in; COM3 on Windows. */
  readonly path: string;
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/**
 * Opens a serial port for this process alone, empty of what lay in its buffers. The stream is destroyed when the port goes away, and
 * destroying it frees the port.
 *
 * Rejects where there is no such port, another process has it, and when the signal aborts.
 */
export async function openSerial(settings: SerialSettings, signal: AbortSignal): Promise<Duplex> {
  const { SerialPort } = await import('serialport');
  /** The package's stream leaves its port open when it is destroyed. */
  class Port extends SerialPort {
    override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
      if (this.isOpen) this.close(() => callback(error));
      else callback(error);
    }
  }
  const { path, baud: baudRate, dataBits, parity, stopBits } = settings;
  const port = new Port({ path, baudRate, dataBits, parity, stopBits, lock: true, autoOpen: false });
  port.on('error', () => {});
  await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
  port.on('end', () => port.destroy());
  try {
    if (!signal.aborted) await new Promise<void>((resolve, reject) => port.flush((error) => (error === null ? resolve() : reject(error))));
  } catch (error) {
    // An adapter that was pulled just now: kept open, its lock would keep the next attempt from the port.
    port.destroy();
    throw error;
  }
  if (!signal.aborted) return port;
  port.destroy();
  throw new Error('stopped');
}
