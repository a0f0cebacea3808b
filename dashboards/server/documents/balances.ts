import { z } from 'zod';
import { bilingual } from './names.ts';
import { nextSchema } from './page.ts';

const stream = z.looseObject({
  id: z.string(),
  name: bilingual,
  from: z.string(),
  to: z.string(),
  total: z.number().nullable(),
  unit: z.string(),
  u: z.number().nullable().describe('standard uncertainty, k = 1'),
  coverageOfTime: z.number().nullable(),
  coverageOfQuantity: z.number().nullable(),
  basis: z.enum(['metered', 'analysed', 'derived', 'estimated', 'design', 'difference', 'unmeasured', 'out-of-service']),
  reconciled: z.number().nullable(),
  reconciledU: z.number().nullable(),
  test: z.number().nullable().optional().describe('|z| of its measurement'),
  budget: z.array(z.object({ name: z.string(), u: z.number() })),
  notes: z.array(z.string()),
});
export const streamsDocument = z.array(stream);

const balance = z.looseObject({
  id: z.string(),
  kind: z.enum(['material', 'water', 'energy', 'pollutant']),
  boundary: z.string(),
  unit: z.string(),
  in: z.number(),
  out: z.number(),
  stockChange: z.number(),
  imbalance: z.number().nullable(),
  u: z.number().nullable(),
  U: z.number().nullable().describe('expanded uncertainty, k = 2'),
  closurePercent: z.number().nullable(),
  verdict: z.string(),
  tolerance: z.object({ percent: z.number(), origin: z.string() }).nullable(),
  streams: streamsDocument,
  remarks: z.array(bilingual).optional(),
  global: z
    .looseObject({ statistic: z.number(), dof: z.number(), critical: z.number().nullable(), passed: z.boolean().nullable() })
    .nullable(),
  suspects: z.array(
    z.looseObject({
      kind: z.enum(['bias', 'leak']),
      ids: z.array(z.string()),
      magnitude: z.number(),
      statistic: z.number(),
      statisticAfter: z.number(),
    }),
  ),
  simulated: z.boolean(),
});
const rank = z.object({ place: z.int(), of: z.int() }).nullable();
const loss = z.looseObject({
  stream: z.string(),
  name: bilingual,
  role: z.string(),
  basis: z.string(),
  amount: z.number().nullable(),
  unit: z.string(),
  u: z.number().nullable(),
  money: z.looseObject({ value: z.number(), currency: z.string() }).nullable(),
  standardCoal: z.looseObject({ kgce: z.number() }).nullable(),
  rankByAmount: rank,
  rankByMoney: rank,
});
const indicator = z.looseObject({
  id: z.string(),
  name: bilingual,
  boundary: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  u: z.number().nullable(),
  formula: z.string(),
  source: z.string(),
  status: z.enum(['confirmed', 'to-confirm']),
  remarks: z.array(bilingual),
});

export const balancesDocument = z.looseObject({
  plant: z.string(),
  window: z.object({ from: z.string(), to: z.string(), hours: z.number() }),
  revision: z.int(),
  balances: z.array(balance),
  indicators: z.array(indicator).optional(),
  losses: z.array(loss).optional(),
  depth: z.looseObject({ auditBalance: z.boolean(), reasons: z.array(bilingual) }),
  completeness: z.looseObject({
    channels: z.int(),
    good: z.int(),
    suspect: z.int(),
    missing: z.record(z.string(), z.int()),
    gaps: z.array(z.looseObject({ channel: z.string(), from: z.string(), to: z.string(), reason: z.string() })),
  }),
  journal: z.looseObject({ from: z.int(), to: z.int(), sha256: z.string() }).nullable(),
  simulated: z.boolean(),
});
const ofWindow = { window: z.object({ from: z.string(), to: z.string(), hours: z.number() }), revision: z.int() };
export const lossesDocument = z.object({ ...ofWindow, losses: z.array(loss) });
export const indicatorsDocument = z.object({ ...ofWindow, indicators: z.array(indicator) });
export const windowsDocument = z.object({
  windows: z.array(z.object({ from: z.string(), to: z.string(), revisions: z.array(z.int()) })),
  next: nextSchema,
});
export const whatIfDocument = z.looseObject({ before: balancesDocument, after: balancesDocument });

export type StreamDocument = z.output<typeof stream>;
export type StreamsDocument = z.output<typeof streamsDocument>;
export type BalanceResult = z.output<typeof balance>;
export type LossDocument = z.output<typeof loss>;
export type BalancesDocument = z.output<typeof balancesDocument>;
export type LossesDocument = z.output<typeof lossesDocument>;
export type IndicatorsDocument = z.output<typeof indicatorsDocument>;
export type WindowsDocument = z.output<typeof windowsDocument>;
export type WhatIfDocument = z.output<typeof whatIfDocument>;
