import { z } from 'zod';
import { PROFILE } from './audit-class.ts';

/** The steps of an audit, and what each must deliver, as printed. */
export const stagesSchema = z.strictObject({
  stages: z.array(z.strictObject({ text: z.string(), delivers: z.array(z.strictObject({ text: z.string() })).default([]) })),
});

/** Balances that must be made. `resource` stands beside energy where the source prints 资源平衡. */
export const balancesSchema = z.strictObject({
  balances: z.array(z.strictObject({ kind: z.enum(['material', 'water', 'energy', 'resource', 'pollutant']), text: z.string() })),
  scope: z
    .enum(['audit', 'focus', 'scored', 'agency'])
    .default('audit')
    .describe('audit: must be made; focus: of the audit focus; scored: what an evaluation looks at; agency: what an agency can do'),
  onlyIf: z.array(z.enum(PROFILE)).default([]).describe('what a plant must be for these to be asked of it besides, all of it'),
});

/** What a report must contain. */
export const reportContentSchema = z.strictObject({
  of: z.enum(['audit-report', 'summary', 'application', 'plan', 'yearly', 'meeting', 'roll-up']),
  parts: z.array(z.string()).describe('as printed'),
});

/** A package of papers. */
export const submissionSchema = z.strictObject({
  for: z.enum(['evaluation', 'acceptance', 'filing', 'renewal', 'fund', 'listing']),
  papers: z.array(z.string()).describe('as printed'),
  copies: z.array(z.int().positive()).default([]).describe('copies, paper by paper, where printed'),
  missing: z.array(z.string()).default([]).describe('forms that the source names and does not hold'),
});

/** A form with its fields and units. */
export const formSchema = z.strictObject({
  title: z.string(),
  fields: z.array(z.strictObject({ text: z.string(), unit: z.string().nullable().default(null) })),
  notes: z
    .array(z.strictObject({ text: z.string() }))
    .default([])
    .describe('headings of groups and notes beneath, as printed'),
});

/** Who may run an audit without an agency, and whether an agency must be commissioned. */
export const auditTeamSchema = z.strictObject({
  cases: z.array(
    z.strictObject({
      who: z.enum(['compulsory', 'voluntary', 'all']),
      selfAudit: z.enum(['allowed', 'if-able', 'not-allowed']),
      auditors: z.int().positive().nullable().default(null),
      senior: z.int().positive().nullable().default(null),
      years: z.int().positive().nullable().default(null),
    }),
  ),
});

/** Who sits on the panel that evaluates. */
export const panelSchema = z.strictObject({
  atLeast: z.int().positive().nullable(),
  atMost: z.int().positive().nullable().default(null),
  odd: z.boolean().default(false),
  fields: z.array(z.string()).describe('fields that must be covered, as printed'),
  fromPool: z.number().nullable().default(null).describe('share that must come from the pool of experts'),
});

/** What is measured, recorded or inspected, and how much of it. A metering rate is no coverage ratio. */
export const meteringDutySchema = z.strictObject({
  items: z.array(
    z.strictObject({
      text: z.string(),
      kind: z.enum([
        'instruments',
        'records',
        'metering-rate',
        'measured-inputs',
        'running-rate',
        'compliance-rate',
        'spot-check',
        'monitoring-report',
      ]),
      of: z.array(z.enum(['material', 'energy', 'water', 'pollutant', 'toxic', 'equipment'])).default([]),
      atLeastPercent: z.number().nullable().default(null),
    }),
  ),
});

/** Outfalls that must carry online monitors. */
export const onlineMonitoringSchema = z.strictObject({
  who: z.string().describe('as printed'),
  where: z.string(),
  by: z.iso.date().nullable().default(null),
  sectors: z.array(z.string()).default([]),
  loadShareAtLeastPercent: z.number().nullable().default(null),
});
