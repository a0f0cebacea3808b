import { createRequire } from 'node:module';
import { Fault } from '../../../config/words/fault.ts';
import type { Variant } from './value.ts';

/** The client package, as far as it is used: sessions that read and are told of changes. Nothing that writes, calls or browses is named here. */
export interface ClientPackage {
  readonly OPCUAClient: { create(options: object): Client };
  readonly DataChangeFilter: new (options: { trigger: number; deadbandType: number; deadbandValue: number }) => object;
  setLogLevel(level: number): void;
}

export interface Client {
  connect(url: string): Promise<void>;
  createSession(identity?: object): Promise<Session>;
  disconnect(): Promise<void>;
  on(event: 'connection_lost' | 'close', listener: () => void): unknown;
}

export interface Session {
  read(nodes: readonly { nodeId: string; attributeId: number }[], maxAge: number): Promise<DataValue[]>;
  createSubscription2(options: object): Promise<Subscription>;
  close(): Promise<void>;
}

export interface Subscription {
  monitor(item: { nodeId: string; attributeId: number }, parameters: object, timestamps: number): Promise<MonitoredItem>;
  on(event: 'terminated', listener: () => void): unknown;
}

/** A node whose changes the server reports; its status is bad where the server would not. */
export interface MonitoredItem {
  readonly statusCode: { readonly value: number; toString(): string };
  on(event: 'changed', listener: (value: DataValue) => void): unknown;
}

/** What a server answers for one node. */
export interface DataValue {
  readonly value: Variant;
  readonly statusCode: { readonly value: number; toString(): string };
  readonly sourceTimestamp: Date | null;
}

/** Makes the folder of certificates in which a client keeps its own and those of the servers that it trusts. */
export type MakeCertificates = new (options: { rootFolder: string; automaticallyAcceptUnknownCertificate: boolean }) => object;

const OLDEST_NODE = 22;
/** The package would write to standard output; what goes wrong reaches the status of the source anyway. */
const QUIET = 0;
const require = createRequire(import.meta.url);

/**
 * The client package, which is loaded only where a plant names an OPC UA server.
 *
 * @throws Fault opcua.node under an older Node.js, opcua.package where the optional package is not installed.
 */
export function loadClient(
  place: string,
  node = process.versions.node,
): { readonly client: ClientPackage; readonly Certificates: MakeCertificates } {
  if (Number(node.split('.')[0]) < OLDEST_NODE) {
    throw new Fault({
      code: 'opcua.node',
      place,
      zh: `OPC UA 需要 Node.js ${OLDEST_NODE} 或更高版本，当前为 ${node}；请升级 Node.js 后重新安装，或改用 DCS 导出文件（import）`,
      en: `OPC UA needs Node.js ${OLDEST_NODE} or newer, this is ${node}; upgrade Node.js and install again, or import the exports of the DCS`,
    });
  }
  try {
    const client = require('node-opcua-client') as ClientPackage;
    const inside = createRequire(require.resolve('node-opcua-client'));
    const { OPCUACertificateManager } = inside('node-opcua-certificate-manager') as { OPCUACertificateManager: MakeCertificates };
    client.setLogLevel(QUIET);
    return { client, Certificates: OPCUACertificateManager };
  } catch (cause) {
    throw new Fault({
      code: 'opcua.package',
      place,
      zh: '没有安装可选的软件包 node-opcua-client；请运行 npm install node-opcua-client',
      en: 'the optional package node-opcua-client is not installed; run npm install node-opcua-client',
      cause,
    });
  }
}
