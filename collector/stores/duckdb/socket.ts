import { createHash } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Fault } from '../../../config/words/fault.ts';
import { HourPartials } from '../../sample/hour-partials.ts';
import type { Result, Results } from '../results.ts';
import type { StoreReader } from '../store.ts';

/**
 * How other processes read the file that one process owns: requests over a socket in the data folder that only its user may open.
 * Frames: four bytes of length, then `v8.serialize` of a request or an answer; answers carry the id of their request.
 */
interface Request {
  readonly id: number;
  readonly method: keyof StoreReader | 'writeResults' | 'readResults';
  readonly args: readonly unknown[];
}
type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

const METHODS: readonly string[] = ['samples', 'samplesOfFirst', 'span', 'latest', 'partials', 'counts'] satisfies (keyof StoreReader)[];
/** Paths of sockets are limited to about a hundred bytes. */
const LONGEST_PATH = 100;

/** The socket of a data folder; where its path would be too long, one in a folder of the user's under the temporary folder. */
export async function socketPath(dataDir: string): Promise<string> {
  const near = join(dataDir, 'duckdb.sock');
  if (Buffer.byteLength(near) <= LONGEST_PATH) return near;
  const dir = join(tmpdir(), `liangheng-${userInfo().uid}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return join(dir, `${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}.sock`);
}

/** Serves a reader until the function returned is called. Only the process that owns the file calls this. */
export async function serveReader(reader: StoreReader, path: string, results?: Results): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    onFrames(socket, (frame) => void answer(reader, results, deserialize(frame) as Request).then((reply) => send(socket, reply)));
  });
  await rm(path, { force: true });
  await listen(server, path);
  await chmod(path, 0o600);
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function answer(reader: StoreReader, results: Results | undefined, { id, method, args }: Request): Promise<Answer> {
  try {
    if (results !== undefined && method === 'writeResults') return { id, value: await results.write(args[0] as readonly Result[]) };
    if (results !== undefined && method === 'readResults') {
      return { id, value: await results.read(...(args as Parameters<Results['read']>)) };
    }
    if (method === 'writeResults' || method === 'readResults' || !METHODS.includes(method))
      throw new Error(`no such request: ${String(method)}`);
    const call = reader[method]?.bind(reader) as ((...args: readonly unknown[]) => Promise<unknown>) | undefined;
    if (call === undefined) throw new Error(`the store cannot answer: ${method}`);
    return { id, value: await call(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** A reader that asks the owner at `path`; null where nobody answers there. */
export async function connectReader(path: string): Promise<(StoreReader & { readonly results: Results; close(): Promise<void> }) | null> {
  const socket = connect(path);
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!connected) return null;
  let nextId = 1;
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  const fail = (): void => {
    for (const { reject } of waiting.values()) reject(ownerGone(path));
    waiting.clear();
  };
  socket.on('error', fail);
  socket.on('close', fail);
  onFrames(socket, (frame) => {
    const reply = deserialize(frame) as Answer;
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) one?.reject(new Error(reply.error));
    else one?.resolve(reply.value as never);
  });
  const ask = <T>(method: Request['method'], ...args: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (socket.destroyed) return reject(ownerGone(path));
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      send(socket, { id, method, args } satisfies Request);
    });
  return {
    samples: (...args) => ask('samples', ...args),
    samplesOfFirst: (...args) => ask('samplesOfFirst', ...args),
    span: (...args) => ask('span', ...args),
    latest: (...args) => ask('latest', ...args),
    partials: async (...args) => {
      const sent = await ask<ReadonlyMap<string, HourPartials>>('partials', ...args);
      return new Map([...sent].map(([id, { channel, numbers, noted }]) => [id, new HourPartials(channel, numbers, noted)]));
    },
    counts: () => ask('counts'),
    results: { write: (all) => ask('writeResults', all), read: (...args) => ask('readResults', ...args) },
    close: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
}

const ownerGone = (path: string): Fault =>
  new Fault({
    code: 'store.owner-gone',
    place: path,
    zh: '正在采集的进程已退出，查询未完成；请重试',
    en: 'the collecting process ended before it answered; try again',
    exitStatus: 1,
  });

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function send(socket: Socket, message: Request | Answer): void {
  if (socket.destroyed) return;
  const body = serialize(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  socket.write(length);
  socket.write(body);
}

function onFrames(socket: Socket, visit: (frame: Buffer) => void): void {
  let parts: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    size += chunk.length;
    for (;;) {
      if (size < 4) return;
      let all = parts.length === 1 ? parts[0]! : parts[0]!.length >= 4 ? parts[0]! : Buffer.concat(parts);
      const due = 4 + all.readUInt32BE(0);
      if (size < due) return;
      if (parts.length > 1) all = Buffer.concat(parts);
      visit(all.subarray(4, due));
      parts = due < size ? [all.subarray(due)] : [];
      size -= due;
    }
  });
}
