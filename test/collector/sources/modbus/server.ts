import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import type { ServerTCP as ServerTCPType } from 'modbus-serial';
import { freePort } from '../../../free-port.ts';

const { ServerTCP } = createRequire(import.meta.url)('modbus-serial') as { ServerTCP: typeof ServerTCPType };

/** What a test's device answers, by address and unit. */
export interface Vector {
  readonly getHoldingRegister?: (address: number, unit: number) => number | Promise<number>;
  readonly getInputRegister?: (address: number, unit: number) => number;
  readonly getCoil?: (address: number, unit: number) => boolean;
}

/** modbus-serial's server on a free port of loopback. */
export async function serve(vector: Vector, port = 0): Promise<{ port: number; close(): Promise<void> }> {
  // Port 0 would be replaced by 502.
  const server = new ServerTCP(vector as ConstructorParameters<typeof ServerTCPType>[0], {
    host: '127.0.0.1',
    port: port === 0 ? await freePort() : port,
  });
  const listening = (server as unknown as { _server: Server })._server;
  await once(server, 'initialized');
  return {
    port: (listening.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
