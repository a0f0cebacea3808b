import { z } from 'zod';

/**
 * What is known of a plant that puts it into a class; `assess` asks for these. `named`: a list or notice that the document speaks of names
 * the plant; `named-basin`: it lies in the basin or zone that the document is for; `listed-polluter`: it stands on the list of plants over
 * limits, caps or targets that an authority publishes (the `listed` of rules on disclosure).
 */
export const PROFILE = [
  'over-limit',
  'over-cap',
  'uses-toxics',
  'discharges-toxics',
  'potential-toxic-waste',
  'over-energy-quota',
  'applies-for-fund',
  'received-fund',
  'missed-target',
  'under-rectification',
  'high-total',
  'key-sector',
  'sensitive-area',
  'key-reducer',
  'key-source-not-audited',
  'comprehensive-use',
  'key-energy-user',
  'monitored-source',
  'key-discharger',
  'pilot',
  'first-batch',
  'named',
  'named-basin',
  'coal-power',
  'new-plant',
  'compliant',
  'title-holder',
  'listed-polluter',
] as const;

const criterion = z.union([
  z.strictObject({ is: z.enum(PROFILE) }),
  z.strictObject({ all: z.array(z.enum(PROFILE)).min(2).describe('all of these together') }),
  z.strictObject({ quantity: z.enum(['energy', 'water-intake']), unit: z.string(), atLeast: z.number().positive() }),
]);

/** Who must have an audit (and who may), by what is known of a plant. A plant may be in several classes. */
export const auditClassSchema = z.strictObject({
  term: z.string().describe('what the forced audit is called'),
  classes: z.array(
    z.strictObject({
      id: z.string(),
      text: z.string().describe('as printed'),
      duty: z.enum(['compulsory', 'directed', 'voluntary', 'priority']),
      any: z.array(criterion).describe('one of these suffices'),
    }),
  ),
  standards: z.string().nullable().default(null).describe('which discharge standards count'),
  capSetBy: z.string().nullable().default(null).describe('who sets the cap on the total'),
  toxicLists: z.array(z.string()).default([]),
  hazards: z.array(z.string()).default([]),
  except: z.string().nullable().default(null).describe('what does not count as radioactive'),
});

/** Yearly quantities from which energy or water must be an audit focus, or a plant is a key one. Inclusive (以上). */
export const thresholdSchema = z.strictObject({
  thresholds: z.array(
    z.strictObject({
      quantity: z.enum(['energy', 'water-intake']),
      unit: z.enum(['tce/a', 't/a', 'm3/a']),
      atLeast: z.number().positive(),
      makes: z.enum(['energy-focus', 'water-focus', 'key-plant', 'selected']),
      text: z.string(),
      onlyIf: z.array(z.enum(PROFILE)).default([]).describe('what a plant must be besides, all of it'),
    }),
  ),
});

/** A list of toxic substances or wastes that puts a plant into the toxic class. */
export const toxicCatalogueSchema = z.strictObject({
  batches: z.array(
    z.strictObject({
      batch: z.int().positive(),
      rows: z.array(
        z.strictObject({
          no: z.int().positive(),
          text: z.string(),
          and: z.string().optional().describe('second line of the name, where the printed columns interleave'),
          from: z.string(),
        }),
      ),
    }),
  ),
});

/** Limits above which a sub-unit or a piece of equipment is a main one, by kind. Inclusive. */
export const mainUnitSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      kinds: z.array(z.string()),
      subUnit: z.strictObject({ atLeast: z.number().positive(), unit: z.string() }).nullable().describe('null: no limit is printed'),
      equipment: z.strictObject({ atLeast: z.number().positive(), unit: z.string() }),
    }),
  ),
});

/** Accuracy classes that meters must have: the largest class number (or percentage) that is good enough. */
export const accuracySchema = z.strictObject({
  rows: z.array(z.strictObject({ kind: z.string(), use: z.string(), atMost: z.number().positive(), printed: z.string() })),
});
