import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from './services.ts';
import { shown } from './values.ts';

const HEARTBEAT_MS = 15_000;
/** Samples that came within this time go out together. */
const GATHER_MS = 250;
/** A reader that takes nothing is let go once this much waits for it. */
const LARGEST_BACKLOG_BYTES = 1 << 20;

type Reader = (bytes: Buffer) => void;

/** One ear for all readers of a plant: what came is written down once, and every reader is sent the same bytes. */
class Broadcast {
  readonly #services: Services;
  readonly #readers = new Set<Reader>();
  #waiting: Record<string, ReturnType<typeof shown>> = {};
  #timer: NodeJS.Timeout | null = null;
  #stop: (() => void) | null = null;

  constructor(services: Services) {
    this.#services = services;
  }

  add(reader: Reader): () => void {
    this.#readers.add(reader);
    this.#stop ??= this.#services.listen((samples) => {
      for (const sample of samples) this.#waiting[sample.channel] = shown(sample);
      this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
    });
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size > 0) return;
      this.#stop?.();
      this.#stop = null;
      if (this.#timer !== null) clearTimeout(this.#timer);
      [this.#timer, this.#waiting] = [null, {}];
    };
  }

  #send(): void {
    const bytes = Buffer.from(`event: values\ndata: ${JSON.stringify(this.#waiting)}\n\n`);
    [this.#timer, this.#waiting] = [null, {}];
    for (const reader of this.#readers) reader(bytes);
  }
}

const broadcasts = new WeakMap<Services, Broadcast>();

function broadcastOf(services: Services): Broadcast {
  const found = broadcasts.get(services) ?? new Broadcast(services);
  broadcasts.set(services, found);
  return found;
}

/**
 * Live values as server-sent events: `event: values`, data `{ channel: sample, … }`, gathered over a quarter of a second. Ends once the
 * asker is no longer admitted.
 */
export function streamEvents(request: FastifyRequest, reply: FastifyReply, services: Services, admitted: () => Promise<boolean>): void {
  reply.hijack();
  const { raw } = reply;
  const headers = Object.fromEntries(
    Object.entries(reply.getHeaders()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
  raw.write('retry: 2000\n\n');
  const stop = broadcastOf(services).add((bytes) => {
    raw.write(bytes);
    if (raw.writableLength > LARGEST_BACKLOG_BYTES) raw.destroy();
  });
  const beat = async (): Promise<void> => {
    if (await admitted()) raw.write(': here\n\n');
    else raw.end();
  };
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  request.raw.on('close', () => {
    stop();
    clearInterval(heartbeat);
  });
}
