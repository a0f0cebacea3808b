import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchOversight } from '../../cli/oversight-watch.ts';
import { recordsBeganMs } from '../../cli/records-began.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { loadPlant } from '../../config/plant/load.ts';

const BEGAN = Date.parse('2026-03-01T10:20:00+08:00');
const HOUR = 3_600_000;

/** The windows that one look at a time asks for. */
async function lookedAt(nowMs: number): Promise<readonly (readonly string[])[]> {
  const plant = await loadPlant('config/examples/yunnan-phosphate/plant.yaml');
  const asked: (readonly string[])[] = [];
  const delivery = { events: [], failures: [] };
  let stop: () => Promise<void> = async () => undefined;
  await new Promise<void>((resolve, reject) => {
    stop = watchOversight(
      plant,
      { look: async () => delivery as never, close: async () => undefined },
      {
        ask: async (args) => {
          asked.push(args);
          return [];
        },
        beganMs: BEGAN,
        nowMs: () => nowMs,
        told: ({ problem }) => (problem === null ? resolve() : reject(new Error(problem))),
      },
    );
  });
  await stop();
  return asked;
}

it('a running plant is not looked at for the time before its records begin', async () => {
  expect(await lookedAt(BEGAN + 60_000)).toEqual([]);
  expect(await lookedAt(BEGAN + HOUR)).toEqual([]);
  expect(await lookedAt(BEGAN + 2 * HOUR)).toEqual([['--from', '2026-03-01T11:00:00+08:00', '--to', '2026-03-01T12:00:00+08:00']]);
  expect(await lookedAt(BEGAN + 100 * HOUR)).toEqual([['--from', '2026-03-03T14:00:00+08:00', '--to', '2026-03-05T14:00:00+08:00']]);
});

it('records begin with the first reading of the journal, and nowhere where there is none', async () => {
  const dir = join(await mkdtemp(join(tmpdir(), 'liangheng-began-')), 'journal');
  expect(await recordsBeganMs(dir)).toBeNull();
  const journal = await openJournal(dir, { plant: 'p' });
  const sample = { channel: 'a', value: 1, quality: 'good', reason: 'none', origin: 'device', raw: null } as const;
  await journal.append([3, 2, 5].map((timeMs) => ({ kind: 'sample', sample: { ...sample, timeMs } })));
  await journal.append([{ kind: 'sample', sample: { ...sample, timeMs: 9 } }]);
  await journal.close();
  expect(await recordsBeganMs(dir)).toBe(2);
});
