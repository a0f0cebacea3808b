import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SaidFault } from './documents/refusal.ts';
import { type Job, type JobDocument, type JobsDocument, jobSchema } from './documents/reports.ts';
import { pageOf } from './page.ts';
import { Refusal } from './refusal.ts';
import { CommandRefused, type Services } from './services.ts';

/** Media types of what a report writes; nothing else is given out. */
const TYPES: Readonly<Record<string, string>> = {
  'report.html': 'text/html; charset=utf-8',
  'report.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'report.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'results.json': 'application/json',
  'evidence.zip': 'application/zip',
};
const MOST_RUNNING = 2;

const folderOf = ({ plant }: Services): string => join(plant.dataDir, 'reports');

/** Reports that were asked for on the pages, one folder each under the plant's data. */
export class ReportJobs {
  readonly #running = new Map<string, Job>();

  /** Starts a report and answers at once. @throws Refusal 503 where enough are being written */
  async start(services: Services, job: Pick<Job, 'by' | 'from' | 'to' | 'lang' | 'pack'>): Promise<string> {
    if (this.#running.size >= MOST_RUNNING) throw new Refusal(503, 'busy', { 'retry-after': '20' });
    const madeMs = Date.now();
    const id = `${new Date(madeMs).toISOString().slice(0, 19).replace(/\D/g, '')}-${randomBytes(6).toString('hex')}`;
    const made: Job = { ...job, id, state: 'running', madeMs, faults: [] };
    this.#running.set(`${services.plant.id} ${id}`, made);
    const folder = join(folderOf(services), id);
    await mkdir(folder, { recursive: true });
    void this.#write(services, made, folder);
    return id;
  }

  /** Newest first: an id begins with the time at which its report was asked for. */
  async list(services: Services, asked: Parameters<typeof pageOf>[2]): Promise<JobsDocument> {
    const found = await readdir(folderOf(services)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const names = found.sort().reverse();
    const { page, next } = pageOf(names, (id) => id, asked);
    const views = await Promise.all(page.map((id) => this.#view(services, id)));
    return { reports: views.filter((view) => view !== null), next };
  }

  /** @throws Refusal 404 */
  async file(services: Services, id: string, name: string): Promise<{ bytes: Buffer; type: string }> {
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type === undefined || !/^[0-9a-f-]{1,40}$/.test(id)) throw new Refusal(404, 'not-found');
    const bytes = await readFile(join(folderOf(services), id, name)).catch(() => {
      throw new Refusal(404, 'not-found');
    });
    return { bytes, type };
  }

  async #write(services: Services, job: Job, folder: string): Promise<void> {
    const window = [...(job.from === null ? [] : ['--from', job.from]), ...(job.to === null ? [] : ['--to', job.to])];
    const args = [...window, '--out', folder, '--lang', job.lang, ...(job.pack ? ['--pack'] : [])];
    const ended = await services.ask('report', args).then(
      (): Job => ({ ...job, state: 'done' }),
      (error: unknown): Job => ({ ...job, state: 'failed', faults: faultsOf(error) }),
    );
    await writeFile(join(folder, 'job.json'), JSON.stringify(ended)).catch(() => undefined);
    this.#running.delete(`${services.plant.id} ${job.id}`);
  }

  async #view(services: Services, id: string): Promise<JobDocument | null> {
    const folder = join(folderOf(services), id);
    const kept = await readFile(join(folder, 'job.json'), 'utf8').then(
      (text) => jobSchema.safeParse(JSON.parse(text)).data ?? null,
      () => null,
    );
    const job = this.#running.get(`${services.plant.id} ${id}`) ?? kept;
    if (job === null) return null;
    const files: { name: string; bytes: number }[] = [];
    for (const name of Object.keys(TYPES)) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found !== null) files.push({ name, bytes: found.size });
    }
    return { ...job, files, of: job.pack ? 5 : 4 };
  }
}

function faultsOf(error: unknown): SaidFault[] {
  if (error instanceof CommandRefused) return [...error.faults];
  const text = error instanceof Error ? error.message : String(error);
  return [
    {
      code: 'report.failed',
      place: '',
      zh: `报告未能编写：${text.slice(0, 300)}`,
      en: `the report could not be written: ${text.slice(0, 300)}`,
    },
  ];
}
