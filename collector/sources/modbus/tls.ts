import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { plainOfTls } from '../tls-error.ts';

/** What proves who is at either end, as PEM. Without `ca` the authorities that Node knows count. */
export interface TlsSettings {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** The name in the device's certificate, where it is not the host that is connected to. */
  readonly serverName?: string;
}

const NOT_SECURED = 'the connection was not secured in time: does the device speak TLS on this port?';

const outOfTime = ({ reason }: AbortSignal): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

/**
 * Secures a connection; what the other end shows must be signed by an authority and bear its name. Rejects where it does not, and when
 * the signal aborts.
 *
 * @source MODBUS/TCP Security Protocol Specification V2.1: TLS 1.2 or later, both ends with certificates, port 802
 */
export function secured(socket: Socket, host: string, settings: TlsSettings, signal: AbortSignal): Promise<TLSSocket> {
  const { serverName, ...proofs } = settings;
  const name = serverName ?? host;
  return new Promise((resolve, reject) => {
    let secure: TLSSocket;
    try {
      secure = connect({ socket, ...proofs, minVersion: 'TLSv1.2', host: name, ...(isIP(name) === 0 ? { servername: name } : {}) });
    } catch (error) {
      // Certificate and key that do not belong together, for one.
      socket.destroy();
      reject(plainOfTls(error as Error));
      return;
    }
    const end = (error: Error | null) => {
      signal.removeEventListener('abort', abort);
      secure.removeListener('error', end);
      secure.removeListener('close', closed);
      if (error === null) {
        resolve(secure);
        return;
      }
      secure.on('error', () => {});
      secure.destroy();
      socket.destroy();
      reject(plainOfTls(error));
    };
    const abort = () => end(new Error(outOfTime(signal) ? NOT_SECURED : 'stopped'));
    const closed = () => end(new Error('the device closed the connection before it was secured'));
    signal.addEventListener('abort', abort);
    secure.once('secureConnect', () => end(null));
    secure.once('error', end);
    secure.once('close', closed);
    if (signal.aborted) abort();
  });
}
