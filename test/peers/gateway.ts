import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/**
 * What a gateway does with one write: answers itself; passes it on and cuts the connection before the answer; passes only its first half
 * on and cuts; cuts at once; never answers.
 */
export type Trouble = number | 'cut-answer' | 'cut-in-half' | 'cut' | 'silent';

/** An HTTP server in front of a real one. It passes everything on, and makes trouble for the next writes as told. */
export interface Gateway {
  readonly url: string;
  /** Taken from the front by each write. */
  readonly troubles: Trouble[];
  /** Writes that met trouble. */
  readonly troubled: number;
  close(): Promise<void>;
}

export interface GatewayOptions {
  /**
   * Looks like InfluxDB 2 to its clients: `/api/v2/write` becomes `/write` with the bucket as database, and nothing is done without this
   * token.
   */
  readonly influxdb2Token?: string;
  /**
   * Looks like a cluster of VictoriaMetrics: writes at vminsert's `/insert/0/influx`, questions at vmselect's `/select/0/prometheus`, the
   * metrics of itself at `/metrics`, and nothing elsewhere.
   */
  readonly cluster?: true;
}

export async function startGateway(target: () => string, options: GatewayOptions = {}): Promise<Gateway> {
  const troubles: Trouble[] = [];
  let troubled = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const url = new URL(incoming.url ?? '/', 'http://gateway');
      if (options.influxdb2Token !== undefined) {
        if (incoming.headers.authorization !== `Token ${options.influxdb2Token}`) return refuse(answer, 401);
        if (url.pathname === '/api/v2/write') {
          url.pathname = '/write';
          url.search = `?db=${encodeURIComponent(url.searchParams.get('bucket') ?? '')}&precision=${url.searchParams.get('precision')}`;
        }
      }
      if (options.cluster) {
        const [, place, path = ''] = /^\/(insert\/0\/influx|select\/0\/prometheus|(?=metrics$))(.*)$/.exec(url.pathname) ?? [];
        const known = place === '' || (place?.startsWith('insert') ? /^\/(api\/v2\/)?write$/ : /^\/api\/v1\//).test(path);
        if (place === undefined || !known) return refuse(answer, 404);
        url.pathname = place === '' ? url.pathname : path;
      }
      const trouble = url.pathname.endsWith('/write') ? troubles.shift() : undefined;
      if (trouble !== undefined) troubled += 1;
      if (typeof trouble === 'number') return refuse(answer, trouble);
      if (trouble === 'silent') return;
      if (trouble === 'cut') return void incoming.socket.destroy();
      const half = trouble === 'cut-in-half' && incoming.headers['content-encoding'] === undefined;
      passOn(
        target(),
        url,
        incoming,
        half ? body.subarray(0, body.indexOf(10, body.length >> 1) + 1) : body,
        ({ status, encoding, body: reply }) => {
          if (trouble === 'cut-answer' || trouble === 'cut-in-half') incoming.socket.destroy();
          else answer.writeHead(status, encoding === undefined ? {} : { 'Content-Encoding': encoding }).end(reply);
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    troubles,
    get troubled() {
      return troubled;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function refuse(answer: ServerResponse, status: number): void {
  answer
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ error: `made up ${status}`, message: `made up ${status}` }));
}

interface Reply {
  readonly status: number;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

function passOn(target: string, url: URL, incoming: IncomingMessage, body: Buffer, done: (reply: Reply) => void): void {
  const { host: _, authorization: __, 'content-length': ___, 'transfer-encoding': ____, connection: _____, ...headers } = incoming.headers;
  const outgoing = request(
    `${target}${url.pathname}${url.search}`,
    { method: incoming.method, headers: { ...headers, 'content-length': body.length } },
    (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () =>
        done({ status: reply.statusCode ?? 502, encoding: reply.headers['content-encoding'], body: Buffer.concat(chunks) }),
      );
      reply.on('error', () => incoming.socket.destroy());
    },
  );
  outgoing.on('error', () => incoming.socket.destroy());
  outgoing.end(body);
}
