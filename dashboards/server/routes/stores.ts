import type { Asking } from '../asking.ts';
import {
  type QuarantineDocument,
  quarantineDocument,
  type SetAsideDocument,
  type StoresDocument,
  setAsideDocument,
  storesDocument,
} from '../documents/stores.ts';
import { type Given, type Route, route } from '../route.ts';

/** What was set aside is looked for in the journal: not for every reader anew. */
const KEEP_MS = 60_000;
/** Of each kind the newest so many in one export; the command writes all. */
const RECORDS = 20_000;

/** What became of readings behind the journal: the stores, the disk, and what was set aside. */
export function storeRoutes(asking: Asking): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/stores',
      summary: 'Stores with how far each is behind the journal and why it takes nothing; the disk of the journal',
      access: 'sources',
      answer: { json: storesDocument, table: storeTable },
      handle: async ({ services }) => {
        const operation = (await services.operation?.()) ?? null;
        const journalSeq = operation?.journalSeq ?? null;
        const configured = services.plant.file.stores.map(({ engine }) => ({
          ...{ engine, place: null, cursor: null, away: null, refused: null, quarantined: null },
        }));
        return {
          collecting: operation !== null,
          journalSeq,
          disk: operation?.disk ?? null,
          stores: (operation?.stores ?? configured).map((store) => ({
            ...store,
            behind: journalSeq === null || store.cursor === null ? null : Math.max(0, journalSeq - store.cursor),
          })),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/quarantine',
      summary: 'What was set aside, counted by reason: readings that stores refused, payloads of seven days that could not be read',
      access: 'sources',
      answer: { json: quarantineDocument, table: troubleTable },
      refusals: [422, 503],
      handle: async ({ services }) => (await asking.ask(services, 'quarantine', [], KEEP_MS)) as QuarantineDocument,
    }),
    route({
      method: 'GET',
      path: '/api/v1/quarantine/records',
      summary: `The same one by one, the newest ${RECORDS} of each kind`,
      access: 'sources',
      answer: { json: setAsideDocument, table: recordTable },
      refusals: [422, 503],
      handle: async ({ services }) => {
        const { records } = (await asking.ask(services, 'quarantine', ['--records', String(RECORDS)], KEEP_MS)) as SetAsideDocument;
        return { records };
      },
    }),
  ];
}

const instant = (timeMs: number | null | undefined): string => (timeMs == null ? '' : new Date(timeMs).toISOString());

function storeTable({ stores }: Given<StoresDocument>) {
  return {
    columns: ['engine', 'place', 'cursor', 'behind', 'awaySince', 'why', 'refused', 'quarantined'],
    rows: stores.map((one) => [
      ...[one.engine, one.place, one.cursor, one.behind, instant(one.away?.sinceMs), one.away?.en, one.refused, one.quarantined],
    ]),
  };
}

function troubleTable({ refused, payloads }: Given<QuarantineDocument>) {
  const row = (kind: string) => (one: Given<QuarantineDocument>['refused'][number]) => [
    ...[kind, one.of, one.reason, one.count, one.things, one.first, one.last],
  ];
  return {
    columns: ['kind', 'of', 'reason', 'count', 'things', 'first', 'last'],
    rows: [...refused.map(row('refused')), ...payloads.map(row('payload'))],
  };
}

function recordTable({ records }: Given<SetAsideDocument>) {
  return {
    columns: ['kind', 'of', 'at', 'channel', 'time', 'value', 'reason', 'raw'],
    rows: records.map((one) => [one.kind, one.of, one.at, one.channel, one.time, one.value, one.reason, one.raw]),
  };
}
