import { isDeepStrictEqual } from 'node:util';
import type { PlantFile } from './schema.ts';

/**
 * What a change touches: `reading`, how registers and messages become samples (the collector has to reopen it); `totals`, what samples
 * add up to, so that windows are recomputed; `coverage`, what has to be measured and which meters count; `description`, nothing else.
 */
export type Effect = 'reading' | 'totals' | 'coverage' | 'description';

export interface FieldChange {
  /** Keys from the item to the field, e.g. `ratios.0.ct`. */
  readonly path: string;
  /** null: was, or is, not there. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface Difference {
  readonly section: string;
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly effects: readonly Effect[];
  /** Of a changed item; empty for an added or a removed one. */
  readonly fields: readonly FieldChange[];
}

const SECTIONS = [
  'units',
  'media',
  'meters',
  'points',
  'streams',
  'stocks',
  'balances',
  'products',
  'production',
  'campaigns',
  'outfalls',
  'devices',
] as const;

/** What an item of the section touches as a whole, and where single fields differ from that. */
const EFFECTS: Readonly<
  Record<string, { readonly whole: readonly Effect[]; readonly fields: readonly (readonly [RegExp, readonly Effect[]])[] }>
> = {
  plant: {
    whole: ['totals', 'coverage'],
    fields: [
      [/^(name|id)$/, ['description']],
      [/^simulated$/, ['reading']],
    ],
  },
  units: {
    whole: ['coverage', 'totals'],
    fields: [
      [/^name/, ['description']],
      [/^(load|main|auditFocus)/, ['coverage']],
    ],
  },
  media: { whole: ['totals'], fields: [[/^name/, ['description']]] },
  meters: {
    whole: ['reading', 'totals', 'coverage'],
    fields: [
      [/(^|\.)read\.every$/, ['reading']],
      [/(^|\.)read(\.|$)/, ['reading', 'totals']],
      [/^(status|verification|commissioned)/, ['coverage']],
      [/^(name|instrument|maker|model|serial|assetNumber|place)/, ['description']],
      [/^channels\.[^.]+$/, ['reading', 'totals']],
      [/./, ['totals']],
    ],
  },
  points: {
    whole: ['coverage', 'totals'],
    fields: [
      [/^name/, ['description']],
      [/^(kind|level|unit|exempt|sharedWith)/, ['coverage']],
    ],
  },
  streams: { whole: ['totals'], fields: [[/^(name|role)/, ['description']]] },
  stocks: { whole: ['totals'], fields: [[/^name/, ['description']]] },
  balances: { whole: ['totals'], fields: [[/^name/, ['description']]] },
  products: { whole: ['totals'], fields: [[/^name/, ['description']]] },
  production: { whole: ['totals'], fields: [[/^name/, ['description']]] },
  campaigns: { whole: ['description'], fields: [] },
  prices: { whole: ['totals'], fields: [] },
  outfalls: { whole: ['coverage'], fields: [[/^name/, ['description']]] },
  devices: { whole: ['reading'], fields: [] },
  stores: { whole: ['reading'], fields: [] },
  officeValues: { whole: ['coverage'], fields: [] },
};

/** The differences between two checked plant files, section by section, items matched by id; order within a section means nothing. */
export function differencesOf(before: PlantFile, after: PlantFile): Difference[] {
  const head = changed('plant', before.plant.id, before.plant, after.plant);
  const items = SECTIONS.flatMap((section) => {
    const [old, now] = [byId(before[section] ?? []), byId(after[section] ?? [])];
    const removed = [...old.keys()].filter((id) => !now.has(id)).map((id) => whole(section, id, 'removed'));
    const rest = [...now].flatMap(([id, item]) => (old.has(id) ? changed(section, id, old.get(id), item) : [whole(section, id, 'added')]));
    return [...removed, ...rest];
  });
  const prices = changed('prices', 'prices', before.prices ?? [], after.prices ?? []);
  const stores = changed('stores', 'stores', before.stores, after.stores);
  return [...head, ...items, ...prices, ...stores, ...changed('officeValues', 'officeValues', before.officeValues, after.officeValues)];
}

function byId(items: readonly { readonly id: string }[]): ReadonlyMap<string, unknown> {
  return new Map(items.map((item) => [item.id, item]));
}

function whole(section: string, id: string, change: 'added' | 'removed'): Difference {
  return { section, id, change, effects: EFFECTS[section]!.whole, fields: [] };
}

function changed(section: string, id: string, before: unknown, after: unknown): Difference[] {
  const fields = fieldsOf(before, after, '');
  if (fields.length === 0) return [];
  const effects = new Set(fields.flatMap(({ path }) => effectsOf(section, path)));
  const order: readonly Effect[] = ['reading', 'totals', 'coverage', 'description'];
  return [{ section, id, change: 'changed', effects: order.filter((effect) => effects.has(effect)), fields }];
}

function effectsOf(section: string, path: string): readonly Effect[] {
  const { whole: all, fields } = EFFECTS[section]!;
  return fields.find(([pattern]) => pattern.test(path))?.[1] ?? all;
}

function fieldsOf(before: unknown, after: unknown, path: string): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, now] = [partsOf(before), partsOf(after)];
  if (old === null || now === null || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before: before ?? null, after: after ?? null }];
  }
  const keys = new Set([...old.keys(), ...now.keys()]);
  return [...keys].flatMap((key) => fieldsOf(old.get(key), now.get(key), path === '' ? key : `${path}.${key}`));
}

function partsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value ? new Map(Object.entries(value)) : null;
}
