import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from './services.ts';
import { shown } from './values.ts';

const HEARTBEAT_MS = 15_000;
/** Samples that came within this time go out together. */
const GATHER_MS = 250;
/** A reader that takes nothing is let go once this much waits for it. */
const LARGEST_BACKLOG_BYTES = 1 << 20;

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
  let waiting: Record<string, ReturnType<typeof shown>> = {};
  let timer: NodeJS.Timeout | null = null;
  const send = () => {
    timer = null;
    raw.write(`event: values\ndata: ${JSON.stringify(waiting)}\n\n`);
    waiting = {};
    if (raw.writableLength > LARGEST_BACKLOG_BYTES) raw.destroy();
  };
  const stop = services.listen((samples) => {
    for (const sample of samples) waiting[sample.channel] = shown(sample);
    timer ??= setTimeout(send, GATHER_MS);
  });
  const beat = async (): Promise<void> => {
    if (await admitted()) raw.write(': here\n\n');
    else raw.end();
  };
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  request.raw.on('close', () => {
    stop();
    clearInterval(heartbeat);
    if (timer !== null) clearTimeout(timer);
  });
}
