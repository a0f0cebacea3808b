import { type DisclosurePart, partsOfField } from '../../config/measures/disclosure-fields.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Label, Outfall } from '../../config/plant/schema.ts';
import { ruleInForce } from '../../config/rules/force.ts';
import type { Rule, RuleOf } from '../../config/rules/rule.ts';
import type { MonitorOversight, OutfallOversight, Oversight } from './oversee.ts';

/** One field of a public record, as its rule prints it. */
export interface DisclosedField {
  readonly printed: string;
  /** Chinese, as it may be published; null where the plant file or the monitors do not say it. */
  readonly text: string | null;
  /** Parts of the field that are missing; for the one who prepares the record, not for the public. */
  readonly missing: readonly (DisclosurePart | 'unknown-field')[];
}

/** What a plant must publish of its emissions: the fields of its own jurisdiction's rule in their order, and no others. */
export interface DisclosureRecord {
  readonly plant: string;
  readonly rule: { readonly id: string; readonly document: string | null; readonly article: string | null } | null;
  readonly medium: string | null;
  readonly fields: readonly DisclosedField[];
  /** Why there are no fields: no rule, or one that lists none. null where there are. */
  readonly reason: 'no-rule' | 'no-fields-printed' | null;
}

/** What oversight does not know of materials and products, as texts; null where unknown. */
export interface Consumption {
  readonly materials: string | null;
  readonly products: string | null;
}

/** The disclosure rule for emissions that holds in a jurisdiction at an instant (UTC ms); null where none does. */
export function disclosureRule(rules: readonly Rule[], jurisdiction: string, atMs: number): RuleOf<'disclosure'> | null {
  const emissions = rules.filter((rule) => rule.family !== 'disclosure' || (rule as RuleOf<'disclosure'>).content?.what === 'emissions');
  return ruleInForce(emissions, { jurisdiction, family: 'disclosure', atMs })?.rule ?? null;
}

/**
 * The record of a plant by the rule. A field that the rule does not print is not in it, whatever is known; one that is not known stays
 * empty and is never taken from elsewhere.
 */
export function disclosureRecord(
  plant: Plant,
  oversight: Oversight,
  rule: RuleOf<'disclosure'> | null,
  consumption: Consumption = { materials: null, products: null },
): DisclosureRecord {
  const printed = rule?.content?.fields ?? [];
  return {
    plant: plant.id,
    rule: rule === null ? null : { id: rule.id, document: rule.document.number, article: rule.article },
    medium: rule?.content?.medium ?? null,
    fields: printed.map((field) => fieldOf(field, plant, oversight, consumption)),
    reason: rule === null ? 'no-rule' : printed.length === 0 ? 'no-fields-printed' : null,
  };
}

function fieldOf(printed: string, plant: Plant, oversight: Oversight, consumption: Consumption): DisclosedField {
  const parts = partsOfField(printed);
  if (parts === null) return { printed, text: null, missing: ['unknown-field'] };
  const texts = parts.map((part) => [part, TEXT_OF[part](plant, oversight, consumption)] as const);
  const known = texts.flatMap(([, text]) => (text === null ? [] : [text]));
  return {
    printed,
    text: known.length === 0 ? null : known.join('；'),
    missing: texts.filter(([, text]) => text === null).map(([part]) => part),
  };
}

type TextOf = (plant: Plant, oversight: Oversight, consumption: Consumption) => string | null;

const zh = (label: Label | undefined): string | null => (label === undefined ? null : typeof label === 'string' ? label : label.zh);
const figure = (value: number): string => Number(value.toPrecision(4)).toString();
const each = (oversight: Oversight, text: (outfall: OutfallOversight, monitor: MonitorOversight) => string | null): string | null => {
  const texts = oversight.outfalls
    .flatMap((outfall) => outfall.monitors.map((monitor) => text(outfall, monitor)))
    .filter((one) => one !== null);
  return texts.length === 0 ? null : texts.join('，');
};
const of = (plant: Plant, text: (outfall: Outfall) => string | null): string | null => {
  const texts = plant.file.outfalls.map(text).filter((one) => one !== null);
  return texts.length === 0 ? null : texts.join('，');
};
const named = (outfall: OutfallOversight, { code, name }: MonitorOversight): string => `${outfall.id} ${name ?? code}`;

/** Nothing was over, only where something was held against a limit. */
const over = (
  plant: Plant,
  oversight: Oversight,
  text: (outfall: OutfallOversight, monitor: MonitorOversight) => string | null,
): string | null => (plant.file.outfalls.some(({ limits }) => (limits ?? []).length > 0) ? (each(oversight, text) ?? '无') : null);
const worst = ({ over: stretches }: MonitorOversight): number | null =>
  stretches.length === 0 ? null : Math.max(...stretches.map(({ multiple }) => multiple));

const TEXT_OF: Readonly<Record<DisclosurePart, TextOf>> = {
  name: ({ file, simulated }) => `${zh(file.plant.name)}${simulated ? '（模拟数据）' : ''}`,
  scale: ({ file }) => file.plant.register?.scale ?? null,
  representative: ({ file }) => file.plant.register?.representative ?? null,
  address: ({ file }) => zh(file.plant.register?.address),
  'production-address': ({ file }) => zh(file.plant.register?.productionAddress),
  fees: ({ file }) => file.plant.register?.fees ?? null,
  materials: (_, __, { materials }) => materials,
  products: (_, __, { products }) => products,
  pollutants: (_, oversight) => {
    const names = new Set(oversight.outfalls.flatMap(({ monitors }) => monitors.map(({ code, name }) => name ?? code)));
    return names.size === 0 ? null : [...names].join('、');
  },
  mode: (plant) => of(plant, ({ id, disposal }) => (disposal?.mode === undefined ? null : `${id} ${zh(disposal.mode)}`)),
  destination: (plant) => of(plant, ({ id, disposal }) => (disposal?.to === undefined ? null : `${id} ${zh(disposal.to)}`)),
  concentrations: (_, oversight) =>
    each(oversight, (outfall, monitor) => {
      const days = monitor.days.flatMap(({ valid, mean }) => (valid && mean !== null ? [mean] : []));
      if (days.length === 0) return null;
      const mean = days.reduce((sum, value) => sum + value, 0) / days.length;
      return `${named(outfall, monitor)} ${figure(mean)} ${monitor.unit}`;
    }),
  amounts: (_, oversight) =>
    each(oversight, (outfall, monitor) => {
      const { mass } = monitor;
      if (mass === null || mass.hours.measured + mass.hours.substituted === 0) return null;
      const total = `${named(outfall, monitor)} ${figure(mass.measured + mass.substituted)} ${mass.unit}`;
      const notes = [
        ...(mass.substituted > 0 ? [`其中替代 ${figure(mass.substituted)} ${mass.unit}`] : []),
        ...(mass.hours.unknown > 0 ? [`另有 ${mass.hours.unknown} 小时无有效数据`] : []),
      ];
      return notes.length === 0 ? total : `${total}（${notes.join('，')}）`;
    }),
  limits: (plant) =>
    of(plant, ({ id, limits }) =>
      (limits ?? []).length === 0
        ? null
        : limits!.map(({ code, value, unit, source }) => `${id} ${code} ${value} ${unit}（${source}）`).join('，'),
    ),
  caps: (plant) =>
    of(plant, ({ id, permit }) =>
      (permit?.caps ?? []).length === 0
        ? null
        : permit!.caps.map(({ code, value, unit, per }) => `${id} ${code} ${value} ${unit}/${PER[per]}`).join('，'),
    ),
  multiple: (plant, oversight) =>
    over(plant, oversight, (outfall, monitor) => {
      const most = worst(monitor);
      return most === null ? null : `${named(outfall, monitor)} ${figure(most)} 倍`;
    }),
  'over-limit': (plant, oversight) =>
    over(plant, oversight, (outfall, monitor) => {
      const most = worst(monitor);
      return most === null ? null : `${named(outfall, monitor)} 超标 ${figure(most)} 倍`;
    }),
  'over-cap': (plant, oversight) => {
    if (!plant.file.outfalls.some(({ permit }) => (permit?.caps ?? []).length > 0)) return null;
    return (
      each(oversight, (outfall, monitor) => {
        const caps = monitor.caps.filter((cap) => cap.over);
        return caps.length === 0
          ? null
          : `${named(outfall, monitor)} 超总量 ${caps.map(({ used }) => `${figure(100 * used)} %`).join('、')}`;
      }) ?? '无'
    );
  },
};

const PER = { year: '年', quarter: '季', month: '月' } as const;
