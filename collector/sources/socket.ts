import { connect, type Socket } from 'node:net';
import type { Clock } from './clock.ts';

/** A connection reads into one buffer of its own, and answers are cut from shared ones: else each would first take 64 kB of its own. */
const READ_BYTES = 1_024;

/** Opens a socket; rejects where nobody listens, where `timeoutMs` pass, and when the signal aborts. */
export function openSocket(host: string, port: number, timeoutMs: number, clock: Clock, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (count, bytes) => {
          socket.push(Buffer.from(bytes.subarray(0, count)));
          return true;
        },
      },
    });
    const end = (error: Error | null) => {
      cancel();
      signal.removeEventListener('abort', abort);
      socket.removeListener('error', end);
      socket.removeListener('connect', connected);
      if (error === null) {
        resolve(socket);
        return;
      }
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const connected = () => end(null);
    const abort = () => end(new Error('stopped'));
    const cancel = clock.after(timeoutMs, () => end(new Error(`no connection to ${host}:${port} within ${timeoutMs} ms`)));
    signal.addEventListener('abort', abort);
    socket.once('error', end);
    socket.once('connect', connected);
    if (signal.aborted) abort();
  });
}
