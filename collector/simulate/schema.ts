import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readDocument } from '../../config/plant/document.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { id } from '../../config/plant/schema.ts';
import { Fault, Faults } from '../../config/words/fault.ts';

/** A channel: `meter`, or `meter.name` for a further reading of it. */
const channel = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)?$/);
const duration = z.string().regex(/^\d+(\.\d+)?(s|min|h|d)$/);
const wave = z.strictObject({
  by: z.number().describe('amplitude, in the unit of the mean'),
  every: duration.describe('period'),
});
const drive = z.strictObject({
  mean: z.number().default(0).describe('unit of the medium per hour'),
  wander: z.array(wave).default([]),
});

/** What is true of a simulated plant and does not stand in its plant file. Rates are per hour in the unit of the medium. */
export const simulationSchema = z.strictObject({
  simulation: z.literal(1).describe('version of this format'),
  seed: z.int().nonnegative().default(1),
  since: z.string().describe('instant at which counters and stocks start'),
  drive: z.record(id, drive).default({}).describe('streams that move by themselves'),
  follow: z
    .record(id, z.record(id, z.number()))
    .default({})
    .describe('stream or stock → shares of other streams or stock changes that it is the sum of'),
  conserve: z
    .array(z.strictObject({ at: id, in: id, by: id }))
    .default([])
    .describe('at a unit, in a balance, the stream that makes it close'),
  stocks: z.record(id, z.strictObject({ start: z.number().describe('reading at `since`'), wander: z.array(wave).default([]) })).default({}),
  concentrations: z.record(channel, z.number()).default({}).describe('channel → true value, in the unit on its face'),
  shares: z
    .record(channel, z.record(id, z.number()))
    .default({})
    .describe('channel that stands at no stream of its own → shares of the streams that it reads'),
  biases: z.record(id, z.number()).default({}).describe('meter → error beyond its class, % of reading'),
  leaks: z
    .record(id, drive.extend({ at: id, medium: id, on: z.boolean().default(false).describe('--leak switches it on') }))
    .default({})
    .describe('what leaves a unit and stands in no plant file; counts in every balance that is conserved there by what its medium holds'),
  gaps: z
    .array(
      z.strictObject({
        channels: z.array(channel),
        reason: z.enum(['communication', 'maintenance', 'calibration', 'power-cut', 'silent']),
        every: duration,
        after: duration.default('0s').describe('first one after `since`'),
        lasts: duration,
      }),
    )
    .default([])
    .describe('stretches of the simulated past without readings'),
});

export type SimulationFile = z.output<typeof simulationSchema>;

/** A simulation file with the place of each of its parts, for faults. */
export interface PlacedSimulation {
  readonly file: SimulationFile;
  placeOf(path: readonly (string | number)[]): string;
}

/**
 * Reads `simulation.yaml` beside the plant file.
 *
 * @throws Faults where there is none, or it does not have the shape.
 */
export function loadSimulationFile(plant: Plant): PlacedSimulation {
  const path = join(dirname(plant.path), 'simulation.yaml');
  if (!existsSync(path)) {
    throw new Fault({
      code: 'simulation.absent',
      place: path,
      zh: '此厂没有 simulation.yaml，无法模拟；真实工厂请用 collect 或 run',
      en: 'this plant has no simulation.yaml beside it and cannot be simulated; a real plant wants collect or run',
    });
  }
  const { document, faults } = readDocument(readFileSync(path, 'utf8'), path);
  if (document === null || faults.length > 0) throw new Faults(faults);
  const shape = simulationSchema.safeParse(document.value);
  if (!shape.success) {
    throw new Faults(
      shape.error.issues.map((issue) => {
        const at = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
        const place = document.placeOf(issue.code === 'unrecognized_keys' ? [...at, issue.keys[0] as string] : at, 'key');
        const name = at.join('.');
        return new Fault({
          code: 'simulation.shape',
          place,
          zh: `模拟文件的“${name}”不对：${issue.message}`,
          en: `${name}: ${issue.message}`,
        });
      }),
    );
  }
  return { file: shape.data, placeOf: (at) => document.placeOf(at) };
}

/**
 * The same simulation with these leaks switched on.
 *
 * @throws Fault for a leak that it does not have.
 */
export function withLeaks(simulation: PlacedSimulation, ids: readonly string[]): PlacedSimulation {
  const leaks = { ...simulation.file.leaks };
  for (const leak of ids) {
    if (!Object.hasOwn(leaks, leak)) {
      const known = Object.keys(leaks).join(', ');
      throw new Fault({
        code: 'simulation.leak',
        place: simulation.placeOf([]),
        zh: `simulation.yaml 的 leaks 中没有“${leak}”（有：${known || '无'}）`,
        en: `leaks in simulation.yaml has no "${leak}" (it has: ${known || 'none'})`,
      });
    }
    leaks[leak] = { ...leaks[leak]!, on: true };
  }
  return { ...simulation, file: { ...simulation.file, leaks } };
}
