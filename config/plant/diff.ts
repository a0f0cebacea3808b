import { isDeepStrictEqual } from 'node:util';
import { SECTIONS, type Section } from './draft.ts';
import type { PlantFile } from './schema.ts';

/**
 * What a change touches: `reading`, how registers and messages become samples (the collector has to reopen it); `totals`, what samples
 * add up to, so that windows are recomputed; `coverage`, what has to be measured and which meters count; `report`, what reports say beside
 * that; `description`, nothing else.
 */
export type Effect = 'reading' | 'totals' | 'coverage' | 'report' | 'description';

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

type Part = Exclude<keyof PlantFile, 'liangheng'>;

/** What an item of the section touches as a whole, and where single fields differ from that. */
const EFFECTS: Readonly<
  Record<Part, { readonly whole: readonly Effect[]; readonly fields: readonly (readonly [RegExp, readonly Effect[]])[] }>
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
      [/(^|\.)read\.(every$|change(\.|$))/, ['reading']],
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
  campaigns: { whole: ['report'], fields: [] },
  auditRound: { whole: ['report'], fields: [] },
  options: { whole: ['report'], fields: [] },
  reports: { whole: ['report'], fields: [] },
  prices: { whole: ['totals'], fields: [] },
  outfalls: { whole: ['coverage'], fields: [[/^name/, ['description']]] },
  devices: { whole: ['reading'], fields: [] },
  journal: { whole: ['reading'], fields: [] },
  stores: { whole: ['reading'], fields: [] },
  telemetry: { whole: ['description'], fields: [] },
  officeValues: { whole: ['coverage'], fields: [] },
};

/** The differences between two checked plant files, section by section, items matched by id; order within a section means nothing. */
export function differencesOf(before: PlantFile, after: PlantFile): Difference[] {
  return (Object.keys(EFFECTS) as Part[]).flatMap((section) => {
    if (!isNamed(section)) return changed(section, section === 'plant' ? before.plant.id : section, before[section], after[section]);
    const [oldById, nowById] = [byId(before[section] ?? []), byId(after[section] ?? [])];
    const removed = [...oldById.keys()].filter((id) => !nowById.has(id)).map((id) => whole(section, id, 'removed'));
    const rest = [...nowById].flatMap(([id, item]) =>
      oldById.has(id) ? changed(section, id, oldById.get(id), item) : [whole(section, id, 'added')],
    );
    return [...removed, ...rest];
  });
}

function isNamed(section: Part): section is Section & Part {
  return (SECTIONS as readonly string[]).includes(section);
}

function byId(items: readonly { readonly id: string }[]): ReadonlyMap<string, unknown> {
  return new Map(items.map((item) => [item.id, item]));
}

function whole(section: Part, id: string, change: 'added' | 'removed'): Difference {
  return { section, id, change, effects: EFFECTS[section].whole, fields: [] };
}

function changed(section: Part, id: string, before: unknown, after: unknown): Difference[] {
  const fields = fieldsOf(before, after, '');
  if (fields.length === 0) return [];
  const effects = new Set(fields.flatMap(({ path }) => effectsOf(section, path)));
  const order: readonly Effect[] = ['reading', 'totals', 'coverage', 'report', 'description'];
  return [{ section, id, change: 'changed', effects: order.filter((effect) => effects.has(effect)), fields }];
}

function effectsOf(section: Part, path: string): readonly Effect[] {
  const { whole: all, fields } = EFFECTS[section];
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
