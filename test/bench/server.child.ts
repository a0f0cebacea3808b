import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../dashboards/server/server.ts';
import { administrator } from '../dashboards/people.ts';
import { plantOfMeters } from './meters.child.ts';

/** A server of 1,000 meters, each read once a second: says where it is, and its memory and processor time when asked. */
const { services, channels, emit } = await plantOfMeters(1000);
const pages = mkdtempSync(join(tmpdir(), 'lh-pages-'));
writeFileSync(join(pages, 'index.html'), '<!doctype html><title>bench</title>');
const server = await startServer({ services, port: 0, pages });
const root = await administrator(server);
const made = await root.post('/api/v1/tokens', { name: 'bench', scopes: ['values', 'balances', 'sources'], plants: '*', days: 1 });
const { secret } = (await made.json()) as { secret: string };
process.send!({ url: server.url, secret, channel: channels[1] });
setInterval(() => {
  const timeMs = Date.now();
  emit(
    channels.map((channel) => ({ channel, timeMs, value: timeMs % 1000, quality: 'good', reason: 'none', origin: 'simulated', raw: null })),
  );
}, 1000);
process.on('message', () => process.send!({ rssBytes: process.memoryUsage.rss(), cpu: process.cpuUsage() }));
