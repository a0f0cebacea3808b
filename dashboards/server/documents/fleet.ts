import { z } from 'zod';
import { nameSchema } from './names.ts';

const row = z.object({
  id: z.string(),
  name: nameSchema,
  jurisdiction: z.string(),
  jurisdictionName: nameSchema,
  simulated: z.boolean(),
  store: z.enum(['ok', 'away']),
  clock: z.enum(['ok', 'wrong']),
  sources: z.object({ online: z.int(), total: z.int() }),
  newestMs: z.number().nullable(),
  channels: z.object({ total: z.int(), stale: z.int(), missing: z.int() }),
  coverage: z.object({ failed: z.int(), cells: z.int() }).nullable(),
  balances: z.object({ open: z.int(), closed: z.int(), suspects: z.int(), to: z.string() }).nullable().describe('at the plant’s boundary'),
  outfalls: z.int(),
});
export const fleetDocument = z.array(row);

export type FleetRow = z.output<typeof row>;
