import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the server does with one write: refuses with a status; stores all or half of it and cuts before the answer; cuts; says nothing. */
export type Trouble = number | 'cut' | 'cut-answer' | 'cut-in-half' | 'silent';
export const TROUBLES: readonly Trouble[] = [
  400,
  401,
  403,
  404,
  413,
  429,
  500,
  502,
  503,
  504,
  'cut',
  'cut-answer',
  'cut-in-half',
  'silent',
];

/** A server of the drill's own that takes line protocol as InfluxDB 1.x does, into memory, and makes trouble as told. It answers nothing but the names of its databases. */
export interface DrillServer {
  readonly url: string;
  /** Taken from the front by each write. */
  readonly troubles: Trouble[];
  /** Writes that met trouble. */
  readonly troubled: number;
  /** Every point by `channel time`: its value, NaN where it is missing. A point that comes again replaces itself. */
  readonly points: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startDrillServer(database: string): Promise<DrillServer> {
  const points = new Map<string, number>();
  const troubles: Trouble[] = [];
  let troubled = 0;
  const write = (body: string, incoming: IncomingMessage, answer: ServerResponse): void => {
    const trouble = troubles.shift();
    if (trouble !== undefined) troubled += 1;
    if (typeof trouble === 'number') reply(answer, trouble, { error: `drill: ${trouble}` });
    if (typeof trouble === 'number' || trouble === 'silent') return;
    const lines = body.split('\n').filter((line) => line !== '');
    if (trouble !== 'cut') for (const line of trouble === 'cut-in-half' ? lines.slice(0, lines.length >> 1) : lines) put(points, line);
    if (trouble === undefined) answer.writeHead(204).end();
    else incoming.socket.destroy();
  };
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      if (incoming.url?.startsWith('/write')) return write(Buffer.concat(chunks).toString('utf8'), incoming, answer);
      const asked = `${incoming.url} ${Buffer.concat(chunks).toString('utf8')}`;
      const databases = { series: [{ name: 'databases', columns: ['name'], values: [[database]] }] };
      reply(answer, 200, { results: [/SHOW(\+|%20)DATABASES/i.test(asked) ? databases : {}] });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    troubles,
    get troubled() {
      return troubled;
    },
    points,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function reply(answer: ServerResponse, status: number, body: object): void {
  answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Ids of channels need no escapes in line protocol. A point without `v` is missing. */
function put(points: Map<string, number>, line: string): void {
  const [series = '', fields = '', time = ''] = line.split(' ');
  if (!series.startsWith('sample,')) return;
  const channel = /,channel=([^,]+)/.exec(series)?.[1];
  const value = /(?:^|,)v=([^,]+)/.exec(fields)?.[1];
  points.set(`${channel} ${time}`, value === undefined ? Number.NaN : Number(value));
}
