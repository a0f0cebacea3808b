import type { z } from 'zod';
import { type Campaign, campaignSchema } from './campaign.ts';
import type { Path } from './document.ts';
import { type AuditRound, auditRoundSchema, type Option, optionSchema } from './options.ts';
import { type Price, priceSchema } from './prices.ts';
import { type NormalProduction, productionSchema } from './production.ts';
import { type Product, productSchema } from './products.ts';
import { type ReportSchedule, reportScheduleSchema } from './reports.ts';
import {
  type BalanceDefinition,
  balanceSchema,
  type ChannelFields,
  type Device,
  deviceSchema,
  type Medium,
  type Meter,
  type MeteringPoint,
  mediumSchema,
  meterSchema,
  type Outfall,
  outfallSchema,
  pointSchema,
  type Stock,
  type Stream,
  stockSchema,
  streamSchema,
  type Unit,
  unitSchema,
} from './schema.ts';
import { instantMs, offsetMinutesOf } from './time.ts';

/** An item of the file and its path in it. */
export interface Placed<T> {
  readonly item: T;
  readonly path: Path;
}

/** A reading of an instrument and where its fields stand. */
export interface PlacedChannel extends Placed<ChannelFields> {
  readonly id: string;
  readonly meter: Meter;
}

/** Lists of a plant file whose items others name by id. */
export const SECTIONS = [
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
  'options',
  'outfalls',
  'devices',
] as const;
export type Section = (typeof SECTIONS)[number];

/**
 * As much of a plant file as has the right shape, for the checks that follow: items whose only mistake is an unknown key are in it
 * without that key, items with other mistakes are not, but their ids are known, so that nothing that names them is called dangling.
 */
export interface Draft {
  /** The head of the file, unchecked. */
  readonly plant: Readonly<Record<string, unknown>>;
  readonly offsetMinutes: number;
  /** The date against which due dates are held, UTC ms. */
  readonly atMs: number;
  /** Ids of the jurisdictions that rules exist for, where the caller knows them. */
  readonly jurisdictions: readonly string[] | undefined;
  readonly units: readonly Placed<Unit>[];
  readonly media: readonly Placed<Medium>[];
  readonly meters: readonly Placed<Meter>[];
  readonly channels: readonly PlacedChannel[];
  readonly points: readonly Placed<MeteringPoint>[];
  readonly streams: readonly Placed<Stream>[];
  readonly stocks: readonly Placed<Stock>[];
  readonly balances: readonly Placed<BalanceDefinition>[];
  readonly products: readonly Placed<Product>[];
  readonly prices: readonly Placed<Price>[];
  readonly production: readonly Placed<NormalProduction>[];
  readonly campaigns: readonly Placed<Campaign>[];
  readonly auditRound: AuditRound | undefined;
  readonly options: readonly Placed<Option>[];
  readonly reports: readonly Placed<ReportSchedule>[];
  readonly outfalls: readonly Placed<Outfall>[];
  readonly devices: readonly Placed<Device>[];
  /** Every id of a section with the path of each item that bears it, well shaped or not. */
  readonly ids: Readonly<Record<Section | 'channels', ReadonlyMap<string, readonly Path[]>>>;
}

/** Take what can be checked from the plain value of a file; null where it is not even a mapping. */
export function draftOf(value: unknown, nowMs: number, jurisdictions?: readonly string[]): Draft | null {
  if (!isRecord(value)) return null;
  const plant = isRecord(value.plant) ? value.plant : {};
  const offsetMinutes = attempt(() => offsetMinutesOf(String(plant.offset ?? '+08:00'))) ?? 480;
  const section = <S extends z.ZodType>(name: Section, schema: S) => placed(value[name], name, schema);
  const meters = section('meters', meterSchema);
  const ids = (name: Section) => idsOf(rawItems(value[name], name).map(({ item, path }) => [item.id, [...path, 'id']]));
  return {
    plant,
    jurisdictions,
    offsetMinutes,
    atMs: attempt(() => instantMs(String(plant.at), offsetMinutes)) ?? nowMs,
    units: section('units', unitSchema),
    media: section('media', mediumSchema),
    meters,
    channels: meters.flatMap(channels),
    points: section('points', pointSchema),
    streams: section('streams', streamSchema),
    stocks: section('stocks', stockSchema),
    balances: section('balances', balanceSchema),
    products: section('products', productSchema),
    prices: placed(value.prices, 'prices', priceSchema),
    production: section('production', productionSchema),
    campaigns: section('campaigns', campaignSchema),
    auditRound: auditRoundSchema.safeParse(value.auditRound).data,
    options: section('options', optionSchema),
    reports: placed(value.reports, 'reports', reportScheduleSchema),
    outfalls: section('outfalls', outfallSchema),
    devices: section('devices', deviceSchema),
    ids: {
      ...(Object.fromEntries(SECTIONS.map((name) => [name, ids(name)])) as Record<Section, ReturnType<typeof ids>>),
      channels: idsOf(rawItems(value.meters, 'meters').flatMap(({ item, path }) => rawChannels(item, path))),
    },
  };
}

function channels({ item: meter, path }: Placed<Meter>): PlacedChannel[] {
  const further = Object.entries(meter.channels);
  return [
    { id: meter.id, meter, item: meter, path },
    ...further.map(([name, item]) => ({ id: `${meter.id}.${name}`, meter, item, path: [...path, 'channels', name] })),
  ];
}

function rawItems(section: unknown, name: string): { item: Record<string, unknown>; path: Path }[] {
  if (!Array.isArray(section)) return [];
  return section.flatMap((item: unknown, index) => (isRecord(item) ? [{ item, path: [name, index] }] : []));
}

function rawChannels(meter: Record<string, unknown>, path: Path): [unknown, Path][] {
  const further = isRecord(meter.channels) ? Object.keys(meter.channels) : [];
  return [
    [meter.id, [...path, 'id']],
    ...further.map((name): [unknown, Path] => [`${String(meter.id)}.${name}`, [...path, 'channels', name]]),
  ];
}

function idsOf(entries: readonly (readonly [unknown, Path])[]): ReadonlyMap<string, readonly Path[]> {
  const ids = new Map<string, Path[]>();
  for (const [id, path] of entries) if (typeof id === 'string') ids.set(id, [...(ids.get(id) ?? []), path]);
  return ids;
}

function placed<S extends z.ZodType>(section: unknown, name: string, schema: S): Placed<z.output<S>>[] {
  return rawItems(section, name).flatMap(({ item, path }) => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return [{ item: parsed.data, path }];
    const again = schema.safeParse(withoutUnknownKeys(item, parsed.error.issues));
    return again.success ? [{ item: again.data, path }] : [];
  });
}

function withoutUnknownKeys(item: Record<string, unknown>, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(item);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    let inside: unknown = copy;
    for (const step of issue.path)
      inside = isRecord(inside) || Array.isArray(inside) ? (inside as Record<PropertyKey, unknown>)[step] : undefined;
    if (isRecord(inside)) for (const key of issue.keys) delete inside[key];
  }
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && Boolean(value) && !Array.isArray(value);
}

function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
