import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { openCaughtUpReader } from '../../cli/caught-up.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { build } from './built.ts';

export const name = 'report';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const HOUR = 3_600_000;
const UNTIL = Date.parse('2026-03-05T00:00:00+08:00');
const METERS = 1_000;
const WORKSHOPS = 20;
const STREAMS = 300;

/**
 * Page, Word, workbook, PDF, results and evidence pack of a 72 h window, each plant in a process of its own from its start to the last
 * file: the example plant, and a generated one of 1,000 meters read every minute and 300 streams. The stores hold the journal already.
 *
 * Measured with the program as it is installed (compiled as `npm run build` does), the example also from its sources. CPU seconds are
 * those of the process with its threads, without the browser that prints.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  process.env.LIANGHENG_DATA = join(dir, 'data');
  try {
    const example = join(ROOT, 'config', 'examples', 'yunnan-phosphate');
    const built = await build(join(dir, 'built'));
    await run(process.execPath, ['--import', 'tsx', join(ROOT, 'cli', 'main.ts'), 'simulate', example, '--past', '96h'], { cwd: ROOT });
    await writeFile(join(dir, 'plant.yaml'), stringify(largePlant()));
    await fill(dir);
    const small = await timed(built, example, join(dir, 'small'));
    const source = await timed(null, example, join(dir, 'source'));
    const large = await timed(built, dir, join(dir, 'large'));
    return {
      metrics: {
        exampleSeconds: small.ms / 1000,
        exampleCpuSeconds: small.cpuSeconds,
        exampleMegabytes: small.megabytes,
        exampleFromSourceSeconds: source.ms / 1000,
        thousandMetersSeconds: large.ms / 1000,
        thousandMetersCpuSeconds: large.cpuSeconds,
        thousandMetersMegabytes: large.megabytes,
      },
      peers: {},
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Told {
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

async function timed(built: string | null, plant: string, out: string): Promise<Told> {
  await (await openCaughtUpReader(await loadPlant(plant))).close();
  const program = built === null ? join(ROOT, 'cli', 'main.ts') : join(built, 'cli', 'main.js');
  const told = `${out}.json`;
  const args = [...(built === null ? ['--import', 'tsx'] : []), join(import.meta.dirname, 'report.child.mjs'), program, plant, out, told];
  // Exit 1 says that a balance is open or coverage below the rule: the documents are written all the same.
  const { stdout, stderr } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: 64 << 20 }).catch((error) => {
    if (error.code !== 1) throw error;
    return error as { stdout: string; stderr: string };
  });
  process.stderr.write(stderr);
  const files = stdout.trim().split('\n').length;
  if (files !== 7) throw new Error(`${files} files were written, not 7`);
  return JSON.parse(await readFile(told, 'utf8')) as Told;
}

/** Twenty workshops in a row with recycles; every stream has a meter of its own, the other meters stand at equipment. */
function largePlant(): unknown {
  const meter = (k: number) => ({
    id: `M${k}`,
    name: `第${k}号水表`,
    kind: 'counter',
    unit: 'm3',
    accuracy: { class: '1', percentOfReading: 1 },
    maxGap: '10min',
    verification: { certificate: `A${k}`, date: '2026-01-01', due: '2027-01-01' },
  });
  const at = (n: number) => (n < 0 || n >= WORKSHOPS ? 'ENV' : `W${n}`);
  const ends = (k: number) => {
    const from = (k % (WORKSHOPS + 1)) - 1;
    return k % 7 === 3 && from > 0 ? [at(from), at(from - 1)] : [at(from), at(from + 1)];
  };
  return {
    liangheng: 1,
    plant: { id: 'thousand-meters', name: '千表厂', jurisdiction: 'yunnan' },
    units: [
      { id: 'P', name: '厂', level: 'plant' },
      ...Array.from({ length: WORKSHOPS }, (_, k) => ({ id: `W${k}`, name: `第${k}车间`, level: 'workshop', parent: 'P' })),
    ],
    media: [{ id: 'water', name: '水', unit: 'm3', content: { water: 1 } }],
    meters: Array.from({ length: METERS }, (_, k) => meter(k)),
    points: Array.from({ length: METERS }, (_, k) => ({
      id: `P${k}`,
      name: `第${k}号水表计量点`,
      kind: 'water',
      level: k < STREAMS ? 2 : 3,
      unit: `W${k % WORKSHOPS}`,
      meters: [{ meter: `M${k}` }],
    })),
    streams: Array.from({ length: STREAMS }, (_, k) => {
      const [from, to] = ends(k);
      return { id: `s${k}`, name: `第${k}股工艺水`, from, to, medium: 'water', amount: { by: 'meter', meter: `M${k}` } };
    }),
    balances: [{ id: 'water', kind: 'water', unit: 'm3' }],
  };
}

/** 76 hours of every meter, read once a minute. */
async function fill(dir: string): Promise<void> {
  const plant = await loadPlant(dir);
  const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  try {
    const fromMs = UNTIL - 76 * HOUR;
    for (let hourMs = fromMs; hourMs < UNTIL + HOUR; hourMs += HOUR / 4) {
      const records: JournalRecord[] = [];
      for (let timeMs = hourMs; timeMs < hourMs + HOUR / 4; timeMs += 60_000) {
        for (let k = 0; k < METERS; k++) {
          const value = ((10 + (k % 9)) * (timeMs - fromMs)) / HOUR;
          records.push({
            kind: 'sample',
            sample: { channel: `M${k}`, timeMs, value, quality: 'good', reason: 'none', origin: 'device', raw: null },
          });
        }
      }
      await journal.append(records);
    }
  } finally {
    await journal.close();
  }
}
