import { z } from 'zod';
import { formatInstant } from '../../../config/plant/time.ts';
import { jobsDocument } from '../documents/reports.ts';
import { pageSchema } from '../page.ts';
import type { ReportJobs } from '../report-jobs.ts';
import { type Route, route } from '../route.ts';
import { stretchOf, stretchSchema } from '../stretch.ts';

const DAY_MS = 86_400_000;
/** Reports and evidence packs, written beside the reading and taken away when they are done. */
export function reportRoutes(jobs: ReportJobs): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/reports',
      summary: 'Write the report of a window (default: the last complete 72 h), with an evidence pack where asked; answers at once',
      access: 'reports',
      body: stretchSchema.extend({ lang: z.enum(['zh', 'en']).default('zh'), pack: z.boolean().default(false) }).strict(),
      answer: { json: z.object({ id: z.string() }) },
      refusals: [503],
      handle: async ({ services, body: { from, to, lang, pack }, caller, note }) => {
        const window = from === undefined || to === undefined ? null : stretchOf(services, { from, to }, DAY_MS, 62 * DAY_MS);
        const at = (timeMs: number | undefined) => (timeMs === undefined ? null : formatInstant(timeMs, services.plant.offsetMinutes));
        const job = { by: caller!.name, from: at(window?.fromMs), to: at(window?.toMs), lang, pack };
        const id = await jobs.start(services, job);
        await note('report-started', `${id} ${job.from ?? ''} ${job.to ?? ''}`.trimEnd());
        return { id };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/reports',
      summary: 'Reports with what each has written so far, newest first, page by page',
      access: 'reports',
      query: pageSchema(50),
      answer: { json: jobsDocument },
      handle: ({ services, query }) => jobs.list(services, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/reports/:id/:name',
      summary: 'One file of a report',
      access: 'reports',
      params: z.object({ id: z.string().max(40), name: z.string().max(40) }),
      answer: { type: 'application/octet-stream' },
      handle: async ({ services, params, reply, note }) => {
        const { bytes, type } = await jobs.file(services, params.id, params.name);
        await note('exported', `report ${params.id}/${params.name}`);
        reply.type(type).header('content-disposition', `attachment; filename="${services.plant.id}-${params.name}"`);
        return bytes;
      },
    }),
  ];
}
