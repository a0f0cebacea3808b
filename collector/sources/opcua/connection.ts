import type { Client, ClientPackage, DataValue, MakeCertificates, Session } from './client.ts';
import { loadClient } from './client.ts';
import { type Refused, type Reported, subscribe, VALUE_ATTRIBUTE } from './reports.ts';

export interface OpcuaSettings {
  readonly id: string;
  readonly url: string;
  readonly security: 'None' | 'Sign' | 'SignAndEncrypt';
  readonly policy: string;
  readonly identity: { readonly userName: string; readonly password: string } | null;
  readonly timeoutMs: number;
  /** Folder of certificates. */
  readonly pki: string;
}

/** A session with a server, that reads and is told of changes. */
export interface OpcuaConnection {
  /** The current values, in the order of the nodes; rejects where the server does not answer. */
  read(nodes: readonly string[]): Promise<DataValue[]>;
  /**
   * Has the server report changes of the nodes, each with its place among them, until the connection ends.
   *
   * @returns the nodes whose changes it would not report, and why; rejects where it reports none at all.
   */
  report(nodes: readonly Reported[], changed: (index: number, value: DataValue) => void): Promise<readonly Refused[]>;
  close(): void;
}

/** Kind of identity: user name and password. */
const USER_NAME = 1;
/** Nodes of one request; servers state limits of their own, of which none is known to be lower. */
const NODES_AT_ONCE = 100;

/**
 * Connects and opens a session. The package's own reconnection is not used: what is lost is reported once and opened anew by the source's
 * supervisor.
 *
 * @throws Fault opcua.node, opcua.package
 */
export function opcuaOpener(
  settings: OpcuaSettings,
  onLost: (connection: OpcuaConnection, error: Error) => void,
): (signal: AbortSignal) => Promise<OpcuaConnection> {
  const { client: opcua, Certificates } = loadClient(settings.id);
  return async (signal) => {
    const client = opcua.OPCUAClient.create(optionsOf(settings, Certificates));
    const giveUp = () => void client.disconnect().catch(() => undefined);
    signal.addEventListener('abort', giveUp);
    try {
      await client.connect(settings.url);
      const session = await client.createSession(settings.identity === null ? undefined : { type: USER_NAME, ...settings.identity });
      if (signal.aborted) throw new Error('stopped');
      return connectionOf(opcua, client, session, onLost);
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}

function connectionOf(
  opcua: ClientPackage,
  client: Client,
  session: Session,
  onLost: (connection: OpcuaConnection, error: Error) => void,
): OpcuaConnection {
  let over = false;
  const connection: OpcuaConnection = {
    async read(nodes) {
      const values: DataValue[] = [];
      for (let at = 0; at < nodes.length; at += NODES_AT_ONCE) {
        const part = nodes.slice(at, at + NODES_AT_ONCE).map((nodeId) => ({ nodeId, attributeId: VALUE_ATTRIBUTE }));
        const answered = await session.read(part, 0);
        if (answered.length !== part.length) throw new Error(`${answered.length} answers to ${part.length} questions`);
        for (const value of answered) values.push(value);
      }
      return values;
    },
    report: (nodes, changed) => subscribe(opcua, session, nodes, changed, () => lost('the server ended the subscription')),
    close() {
      if (over) return;
      over = true;
      void session
        .close()
        .catch(() => undefined)
        .then(() => client.disconnect())
        .catch(() => undefined);
    },
  };
  const lost = (why: string): void => {
    if (!over) onLost(connection, new Error(why));
  };
  client.on('connection_lost', () => lost('the server closed the connection'));
  client.on('close', () => lost('the server closed the connection'));
  return connection;
}

function optionsOf({ security, policy, timeoutMs, pki }: OpcuaSettings, Certificates: MakeCertificates): object {
  return {
    applicationName: 'Liangheng',
    endpointMustExist: false,
    securityMode: security,
    securityPolicy: policy,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
    transportTimeout: timeoutMs,
    keepSessionAlive: true,
    clientCertificateManager: new Certificates({ rootFolder: pki, automaticallyAcceptUnknownCertificate: false }),
  };
}
