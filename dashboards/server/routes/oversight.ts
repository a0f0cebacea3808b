import { escapeXml } from '../../../balance/diagram/text.ts';
import { disclosureRecord, disclosureRule } from '../../../balance/oversight/disclosure.ts';
import type { Oversight } from '../../../balance/oversight/oversee.ts';
import { formatInstant } from '../../../config/plant/time.ts';
import { loadJurisdictions, loadRules } from '../../../config/rules/load.ts';
import { named } from '../../../config/words/word.ts';
import type { Asking } from '../asking.ts';
import { type DutiesDocument, disclosureDocument, dutiesDocument } from '../documents/duties.ts';
import { type FleetRow, fleetDocument } from '../documents/fleet.ts';
import { oversightDocument } from '../documents/oversight.ts';
import type { Fleet } from '../fleet.ts';
import { Refusal } from '../refusal.ts';
import { type Given, type Route, route } from '../route.ts';
import type { Services } from '../services.ts';
import { stateOf } from '../state.ts';
import { stretchOf, stretchSchema } from '../stretch.ts';
import { valueRows } from '../values.ts';
import { disclosureTable, dutyTable, oversightTable } from './officer-tables.ts';

const DAY_MS = 86_400_000;
const KEEP_MS = 10 * 60_000;

/** What an officer asks: every plant at a glance, the monitors of its outfalls, its duties. */
export function oversightRoutes(fleet: Fleet, asking: Asking): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/fleet',
      summary: 'Every plant that is granted, at a glance',
      access: 'signed-in',
      answer: { json: fleetDocument, table: fleetTable },
      handle: ({ caller }) => Promise.all(fleet.grantedTo(caller!.plants).map(glance)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/oversight',
      summary: 'Outfalls of a window (default: the last complete 72 h): validity, rates, exceedances, signs, contradictions',
      access: 'oversight',
      query: stretchSchema,
      answer: { json: oversightDocument, table: oversightTable },
      refusals: [422, 503],
      handle: async ({ services, query }) => {
        const { offsetMinutes } = services.plant;
        const window = query.from === undefined || query.to === undefined ? null : stretchOf(services, query, DAY_MS, 62 * DAY_MS);
        const args =
          window === null ? [] : ['--from', formatInstant(window.fromMs, offsetMinutes), '--to', formatInstant(window.toMs, offsetMinutes)];
        const [found] = (await asking.ask(services, 'oversight', args, KEEP_MS)) as Oversight[];
        if (found === undefined) throw new Refusal(404, 'not-found');
        return found;
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/duties',
      summary: 'Classes, duties with their days and what has to be published, by the rules in force',
      access: 'oversight',
      answer: { json: dutiesDocument, table: dutyTable },
      refusals: [422, 503],
      handle: async ({ services }) => (await asking.ask(services, 'assess', [], KEEP_MS)) as DutiesDocument,
    }),
    route({
      method: 'GET',
      path: '/api/v1/disclosure',
      summary: 'What the plant must publish of its emissions: the fields of its jurisdiction’s rule and no others',
      access: 'oversight',
      answer: { json: disclosureDocument, table: disclosureTable },
      refusals: [422, 503],
      handle: async ({ services }) => ({ ...(await recordOf(services, asking)), published: services.published === true }),
    }),
    route({
      method: 'GET',
      path: '/public',
      summary: 'The disclosed fields of the plants that are published, and nothing else; of none unless the server was started so',
      access: 'public',
      answer: { type: 'text/html; charset=utf-8' },
      handle: () =>
        publicPage(
          fleet.all().filter(({ published }) => published === true),
          asking,
        ),
    }),
  ];
}

/** The record of a plant by the rule of disclosure in force, over the last complete 72 h. */
async function recordOf(services: Services, asking: Asking) {
  const { plant } = services;
  const [found] = (await asking.ask(services, 'oversight', [], KEEP_MS)) as Oversight[];
  if (found === undefined) throw new Refusal(404, 'not-found');
  const rule = disclosureRule(await loadRules(), plant.file.plant.jurisdiction, Date.now());
  const record = disclosureRecord(plant, found, rule);
  return { ...record, rule: record.rule && { ...record.rule, toConfirm: rule?.status === 'to-confirm' } };
}

/** A page of its own, without a script: whoever opens it has nobody to sign in as. */
async function publicPage(published: readonly Services[], asking: Asking): Promise<string> {
  const records = await Promise.all(published.map((services) => recordOf(services, asking).catch(() => null)));
  const parts = records.flatMap((record, index) => {
    const { plant } = published[index]!;
    const rows = (record?.fields ?? []).map(
      ({ printed, text }) => `<tr><th>${escapeXml(printed)}</th><td>${escapeXml(text ?? '—')}</td></tr>`,
    );
    const rule = record?.rule
      ? `${record.rule.document ?? ''} ${record.rule.article ?? ''}${record.rule.toConfirm ? '（待核对 to be confirmed）' : ''}`.trim()
      : '';
    const banner = plant.simulated ? '<p><strong>模拟数据 simulated data</strong></p>' : '';
    const body =
      rows.length > 0
        ? `<table>${rows.join('')}</table><p>${escapeXml(rule)}</p>`
        : '<p>没有应公开的字段。There is nothing to publish.</p>';
    return [`<section><h2>${escapeXml(named(plant.file.plant.name, 'zh'))}</h2>${banner}${body}</section>`];
  });
  const style =
    'body{font:15px/1.5 system-ui,"Noto Sans SC",sans-serif;max-width:900px;margin:24px auto;padding:0 16px;color:#1f2a37}table{border-collapse:collapse;width:100%}th,td{border:1px solid #d8dee6;padding:6px 10px;text-align:left;vertical-align:top}th{width:34%;font-weight:600;background:#f4f6f9}';
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>环境信息公开</title><style>${style}</style></head><body><h1>环境信息公开 Disclosure</h1>${parts.join('') || '<p>没有公开的企业。No plant is published here.</p>'}</body></html>`;
}

async function glance(services: Services): Promise<Given<FleetRow>> {
  const { plant } = services;
  const state = await stateOf(services);
  const region = (await loadJurisdictions()).find(({ id }) => id === plant.file.plant.jurisdiction);
  const latest = await services.latest().catch(() => new Map());
  const rows = valueRows(plant, latest).filter(({ staleAfterMs }) => staleAfterMs !== null);
  const isStale = ({ sample, staleAfterMs }: (typeof rows)[number]) => sample === null || state.nowMs - sample.timeMs > staleAfterMs!;
  const coverage = await services.coverage().catch(() => null);
  const report = services.balances();
  const whole = (report?.balances ?? []).filter(({ boundary }) => plant.units.get(boundary)?.level === 'plant');
  return {
    id: plant.id,
    name: plant.file.plant.name,
    jurisdiction: plant.file.plant.jurisdiction,
    jurisdictionName: region ? { zh: region.zh, en: region.en } : plant.file.plant.jurisdiction,
    simulated: plant.simulated,
    store: state.store,
    clock: state.clock,
    sources: state.sources,
    newestMs: state.newestMs,
    channels: {
      total: rows.length,
      stale: rows.filter(isStale).length,
      missing: rows.filter((row) => row.sample?.quality === 'missing').length,
    },
    coverage: coverage && { failed: coverage.cells.filter(({ verdict }) => verdict === 'fail').length, cells: coverage.cells.length },
    balances: report && {
      open: whole.filter(({ verdict }) => verdict === 'open-significant').length,
      closed: whole.filter(({ verdict }) => verdict.startsWith('closed')).length,
      suspects: new Set(whole.flatMap(({ suspects }) => suspects.flatMap(({ ids }) => ids))).size,
      to: report.window.to,
    },
    outfalls: plant.file.outfalls.length,
  };
}

function fleetTable(rows: readonly Given<FleetRow>[]) {
  return {
    columns: [
      'id',
      'jurisdiction',
      'simulated',
      'store',
      'clock',
      'sourcesOnline',
      'sources',
      'newest',
      'channels',
      'stale',
      'missing',
      'coverageFailed',
      'balancesOpen',
      'suspects',
    ],
    rows: rows.map((one) => [
      ...[one.id, one.jurisdiction, one.simulated, one.store, one.clock, one.sources.online, one.sources.total],
      ...[
        one.newestMs === null ? null : new Date(one.newestMs).toISOString(),
        one.channels.total,
        one.channels.stale,
        one.channels.missing,
      ],
      ...[one.coverage?.failed, one.balances?.open, one.balances?.suspects],
    ]),
  };
}
