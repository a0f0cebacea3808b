import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type ClientRequest, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export const name = '500 open event streams of 1,000 meters';

const STREAMS = 500;
const SECONDS = 20;

/** Memory of the server with 500 readers of live values, each sent 1,000 values a second. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const child = fork(join(import.meta.dirname, 'server.child.ts'), [], { execArgv: ['--import', 'tsx'] });
  const [{ url, secret }] = (await once(child, 'message')) as [{ url: string; secret: string }];
  const memory = async (): Promise<number> => {
    child.send('memory');
    const [{ rssBytes }] = (await once(child, 'message')) as [{ rssBytes: number }];
    return rssBytes / 1e6;
  };
  const before = await memory();
  const requests: ClientRequest[] = [];
  let [bytes, open, ended] = [0, 0, 0];
  for (let n = 0; n < STREAMS; n += 1) {
    const request = get(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${secret}` }, agent: false }, (answer) => {
      if (answer.statusCode === 200) open += 1;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      answer.on('end', () => {
        ended += 1;
      });
    });
    request.on('error', () => undefined);
    requests.push(request);
    if (n % 50 === 49) await setTimeout(200);
  }
  let most = 0;
  for (let second = 0; second < SECONDS; second += 1) {
    await setTimeout(1000);
    most = Math.max(most, await memory());
  }
  for (const request of requests) request.destroy();
  child.kill();
  return {
    metrics: {
      'streams open': open,
      'streams ended by the server': ended,
      'MB received in all': bytes / 1e6,
      'MB of memory before': before,
      'MB of memory at most (target 300)': most,
      'MB per stream': (most - before) / STREAMS,
    },
    peers: {},
  };
}
