import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '../words/fault.ts';
import { nearest } from '../words/nearest.ts';

/** 1 kgce = 29,307 kJ: the definition of standard coal. @source GB/T 2589-2008 §3, DB43/T 612-2015 */
export const KJ_PER_KGCE = 29_307;

const text = z.strictObject({ zh: z.string(), en: z.string() });
const values = {
  calorific: z.number().positive().nullable().optional(),
  equivalent: z.number().positive().nullable().optional(),
  low: z.number().positive().optional(),
  high: z.number().positive().optional(),
  source: z.string(),
};
const fileSchema = z.strictObject({
  version: z.literal(1),
  editions: z.array(
    z.strictObject({
      id: z.string(),
      from: z.iso.date(),
      to: z.iso.date().optional(),
      status: z.enum(['confirmed', 'to-confirm']),
      reason: text.optional(),
    }),
  ),
  factors: z.array(
    z.strictObject({
      id: z.string(),
      zh: z.string(),
      en: z.string(),
      per: z.enum(['kg', 't', 'm3', 'kWh', 'MJ']),
      ...values,
      editions: z.record(z.string(), z.strictObject({ ...values, source: values.source.optional(), reason: text })).default({}),
    }),
  ),
  sources: z.record(z.string(), z.string()),
});

/** A factor as it stands at a date: kgce per `per`. */
export interface StandardCoalFactor {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Unit that one factor counts for: kg, t, m3 (at the reference conditions of the source), kWh, MJ. */
  readonly per: 'kg' | 't' | 'm3' | 'kWh' | 'MJ';
  /** 当量值: by calorific value; null where the source states none or a range. */
  readonly calorific: number | null;
  /** 等价值: by what supplying one unit took; null where the source states none. Never a stand-in for the calorific value. */
  readonly equivalent: number | null;
  /** The range that the source prints in place of a calorific value. */
  readonly range: readonly [number, number] | null;
  readonly edition: string;
  readonly source: string;
  readonly status: 'confirmed' | 'to-confirm';
  /** Why a value is to be confirmed or absent. */
  readonly reason: { readonly zh: string; readonly en: string } | null;
}

let loaded: z.output<typeof fileSchema> | undefined;

function table(): z.output<typeof fileSchema> {
  loaded ??= fileSchema.parse(parse(readFileSync(new URL('./standard-coal.yaml', import.meta.url), 'utf8')));
  return loaded;
}

/** Ids of all factors, as `media[].standardCoal` names them. */
export function standardCoalIds(): readonly string[] {
  return table().factors.map((factor) => factor.id);
}

/**
 * The factor of an energy carrier or medium in the edition in force at `atMs` (UTC ms; editions change at Beijing midnight).
 *
 * @throws Fault `standard-coal.unknown` for another id, `standard-coal.date` before the first edition.
 */
export function standardCoalFactor(id: string, atMs: number): StandardCoalFactor {
  const { factors, editions, sources } = table();
  const factor = factors.find((candidate) => candidate.id === id);
  if (!factor) {
    const near = nearest(id, standardCoalIds());
    throw new Fault({
      code: 'standard-coal.unknown',
      zh: `没有折标准煤系数“${id}”${near ? `，是否应为“${near}”？` : `；可用：${standardCoalIds().join('、')}`}`,
      en: `no standard-coal factor "${id}"${near ? `; did you mean "${near}"?` : `; known: ${standardCoalIds().join(', ')}`}`,
    });
  }
  const edition = editions.find(({ from, to }) => atMs >= beijing(from) && (to === undefined || atMs < beijing(to)));
  if (!edition) {
    const day = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
    throw new Fault({
      code: 'standard-coal.date',
      zh: `${day} 尚无收录的折标准煤系数版本（最早 ${editions[0]!.from}）`,
      en: `no edition of standard-coal factors on ${day}; the first one here starts ${editions[0]!.from}`,
    });
  }
  const own = factor.editions[edition.id];
  const { low, high } = factor;
  const source = own?.source ?? factor.source;
  return {
    id,
    zh: factor.zh,
    en: factor.en,
    per: factor.per,
    calorific: (own?.calorific === undefined ? factor.calorific : own.calorific) ?? null,
    equivalent: (own?.equivalent === undefined ? factor.equivalent : own.equivalent) ?? null,
    range: low === undefined || high === undefined ? null : [low, high],
    edition: edition.id,
    source: sources[source] ?? source,
    status: edition.status,
    reason: own?.reason ?? edition.reason ?? null,
  };
}

function beijing(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}
