import { z } from 'zod';

/** The API's documents: the answers are held to these schemas, and the OpenAPI document is made from them. */

export const nameSchema = z.union([z.string(), z.object({ zh: z.string(), en: z.string().optional() })]);
const bilingual = z.object({ zh: z.string(), en: z.string() });

const saidFault = z.object({ code: z.string(), place: z.string(), zh: z.string(), en: z.string() });
export const faultsSchema = z.array(saidFault);
export const refusalSchema = z.object({
  error: z.string().describe('a stable code'),
  faults: faultsSchema.optional().describe('what to put right, where whoever asks can'),
});
export const healthSchema = z.object({ ok: z.literal(true) });
export const readySchema = z.object({ ready: z.boolean() });

export const plantDocument = z.object({
  id: z.string(),
  name: nameSchema,
  jurisdiction: z.string(),
  offsetMinutes: z.int().describe('minutes east of UTC'),
  simulated: z.boolean().describe('true: no reading of this plant is real'),
  counts: z.object({ units: z.int(), meters: z.int(), channels: z.int(), points: z.int() }),
  points: z.record(z.string(), z.object({ name: nameSchema, unit: z.string() })),
  units: z.record(
    z.string(),
    z.object({ name: nameSchema, level: z.enum(['plant', 'workshop', 'equipment']), parent: z.string().nullable() }),
  ),
  streams: z.record(
    z.string(),
    z.object({
      name: nameSchema,
      from: z.string(),
      to: z.string(),
      by: z.string().describe('how its amount is known'),
      channel: z.string().nullable().describe('the one channel that measures it'),
    }),
  ),
  balances: z.record(z.string(), z.object({ kind: z.string(), unit: z.string(), tolerancePercent: z.number().nullable() })),
  outfalls: z.record(z.string(), z.object({ name: nameSchema, kind: z.string() })),
});

export const stateDocument = z.object({
  nowMs: z.number(),
  store: z.enum(['ok', 'away']),
  caughtUp: z.boolean().describe('the store holds what the journal held at the start'),
  behind: z.int().nullable().describe('groups of the journal that the local store does not hold yet'),
  collecting: z.boolean(),
  sources: z.object({ online: z.int(), total: z.int() }),
  newestMs: z.number().nullable(),
  clock: z.enum(['ok', 'wrong']).describe('wrong: there are readings from the future'),
});

const sample = z.object({
  timeMs: z.number().describe('UTC, milliseconds since 1970'),
  value: z.number().nullable().describe('in the meter’s own unit; null exactly where the quality is missing'),
  quality: z.enum(['good', 'suspect', 'missing']),
  reason: z.string(),
  origin: z.string(),
});

export const valuesDocument = z.object({
  nowMs: z.number(),
  values: z.array(
    z.object({
      channel: z.string(),
      meter: z.string(),
      name: nameSchema,
      kind: z.string(),
      unit: z.string(),
      staleAfterMs: z.number().nullable(),
      sample: sample.nullable(),
    }),
  ),
});

export const sourcesDocument = z.array(
  z.object({
    id: z.string(),
    state: z.enum(['stopped', 'connecting', 'online', 'waiting']),
    lastSuccessMs: z.number().nullable(),
    lastError: z.string().nullable(),
    counts: z.record(z.string(), z.number()).describe('since start'),
  }),
);

const coverageCell = z.looseObject({
  kind: z.string(),
  name: z.string(),
  level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  required: z.int(),
  fitted: z.int(),
  exempt: z.int(),
  ratio: z.number().nullable(),
  threshold: z.number().nullable(),
  verdict: z.enum(['pass', 'fail', 'no-requirement', 'not-applicable', 'needs-office-value']),
  usable: z.int(),
  delivering: z.int().nullable(),
  missing: z.array(z.string()),
});

export const coverageDocument = z.looseObject({
  at: z.string(),
  jurisdiction: z.string(),
  rule: z.object({ id: z.string(), document: z.string() }).nullable(),
  cells: z.array(coverageCell),
  findings: z.array(z.looseObject({ code: z.string(), subject: z.string(), zh: z.string(), en: z.string() })),
});

export const streamSchema = z.looseObject({
  id: z.string(),
  name: bilingual,
  from: z.string(),
  to: z.string(),
  total: z.number().nullable(),
  unit: z.string(),
  u: z.number().nullable().describe('standard uncertainty, k = 1'),
  coverageOfTime: z.number().nullable(),
  coverageOfQuantity: z.number().nullable(),
  basis: z.enum(['metered', 'analysed', 'derived', 'estimated', 'design', 'difference', 'unmeasured']),
  reconciled: z.number().nullable(),
  reconciledU: z.number().nullable(),
});

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
  streams: z.array(streamSchema),
  suspects: z.array(z.looseObject({ kind: z.enum(['bias', 'leak']), ids: z.array(z.string()), magnitude: z.number() })),
  simulated: z.boolean(),
});

export const balancesDocument = z.looseObject({
  plant: z.string(),
  window: z.object({ from: z.string(), to: z.string(), hours: z.number() }),
  revision: z.int(),
  balances: z.array(balance),
  depth: z.looseObject({ auditBalance: z.boolean(), reasons: z.array(bilingual) }),
  completeness: z.looseObject({ channels: z.int(), good: z.int(), suspect: z.int() }),
  journal: z.looseObject({ from: z.int(), to: z.int(), sha256: z.string() }).nullable(),
  simulated: z.boolean(),
});

export const streamsDocument = z.array(streamSchema);

export const doneSchema = z.object({ done: z.literal(true) });

export const sessionDocument = z.object({
  state: z.enum(['set-up', 'signed-out', 'signed-in']).describe('set-up: no administrator has been made yet'),
  name: z.string().nullable(),
  role: z.string().nullable(),
  visitor: z.boolean().describe('came by the link of a simulated plant'),
  grants: z.array(z.string()),
  plants: z.array(z.object({ id: z.string(), name: nameSchema })).describe('those that one may see'),
  csrf: z.string().nullable().describe('to be repeated as X-CSRF-Token with every POST'),
});

export const linkDocument = z.object({
  needs: z.enum(['name-and-password', 'password']).nullable().describe('null: signed in'),
  name: z.string().nullable(),
});

export const secretDocument = z.object({ secret: z.string().describe('not to be had again') });

const plants = z.union([z.literal('*'), z.array(z.string())]);

export const usersDocument = z.array(
  z.object({
    name: z.string(),
    role: z.string(),
    plants,
    disabled: z.boolean(),
    hasPassword: z.boolean(),
    invited: z.boolean().describe('a one-time link is waiting'),
    createdMs: z.number(),
  }),
);

export const tokensDocument = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    plants,
    createdMs: z.number(),
    createdBy: z.string(),
    expiresMs: z.number().nullable(),
  }),
);

export const trailDocument = z.object({
  entries: z.array(
    z.object({
      seq: z.int(),
      timeMs: z.number(),
      who: z.string(),
      action: z.string(),
      what: z.string(),
      from: z.string(),
      sha256: z.string(),
    }),
  ),
  total: z.int(),
  intact: z.boolean().describe('false: a line was changed, taken out, put in or torn'),
});
