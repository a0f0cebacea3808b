import { describe, expect, it } from 'vitest';
import { channelMean } from '../../../balance/window/channel-mean.ts';
import { channelTotal } from '../../../balance/window/channel-total.ts';
import { levelChange } from '../../../balance/window/level.ts';
import { type Quantity, standardUncertainty } from '../../../balance/window/quantity.ts';
import type { ChannelReadings } from '../../../balance/window/readings.ts';
import { specOf } from '../../../balance/window/spec.ts';
import { hourPartials } from '../../../collector/sample/hour.ts';
import { HourPartials } from '../../../collector/sample/hour-partials.ts';
import type { Channel } from '../../../config/plant/plant.ts';
import { columnsOf, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const HOUR = 3_600_000;
const DRAWS = 2000;
const HOURS = 72;
const window = { fromMs: 0, toMs: HOURS * HOUR };

/** Deterministic normal draws: xorshift128 through Box and Muller. */
function normals(seed: number): () => number {
  const state = Uint32Array.from([seed, seed ^ 0x9e3779b9, 0x243f6a88, 0xb7e15162]);
  const uniform = () => {
    let t = state[3]!;
    const s = state[0]!;
    state.copyWithin(1, 0, 3);
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = t ^ s ^ (s >>> 19);
    return (state[0]! + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 20; i += 1) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A flow that wanders, per hour, and its exact integral from 0. */
const flow = (h: number) => 50 + 12 * Math.sin(h / 7) + 5 * Math.sin(h / 2.3);
const passed = (h: number) => 50 * h + 84 * (1 - Math.cos(h / 7)) + 11.5 * (1 - Math.cos(h / 2.3));
const truth = passed(HOURS);

function readingsOf(channel: Channel, at: (h: number) => number, stepHours = 1): ChannelReadings {
  const readings: Reading[] = [];
  for (let h = -2; h <= HOURS + 2; h += stepHours) readings.push([h * HOUR, at(h)]);
  const columns = columnsOf(channel.id, readings);
  const spec = specOf(channel, 480);
  return {
    channel,
    spec,
    partials: HourPartials.of(channel.id, hourPartials(spec, columns)),
    ends: channel.kind === 'level' ? [columns, columns] : null,
    tickets: columns,
    broken: new Map(),
  };
}

interface Kind {
  readonly name: string;
  readonly fields: Record<string, unknown>;
  /** The total that a meter with these draws states, and the true one. */
  draw(channel: Channel, normal: () => number): { stated: Quantity; truly: number };
}

const third = Math.sqrt(3);
const KINDS: readonly Kind[] = [
  {
    name: 'counter, % of reading',
    fields: { resolution: 1, accuracy: { class: '0.5', percentOfReading: 0.5 } },
    draw(channel, normal) {
      const gain = 1 + (0.005 / third) * normal();
      const start = 1e5 * Math.abs(normal());
      const at = (h: number) => Math.floor(start + gain * passed(h));
      return { stated: channelTotal(readingsOf(channel, at), window, 480).amount!, truly: truth };
    },
  },
  {
    name: 'counter of coarse steps, read seldom and beside the ends',
    fields: { resolution: 10, maxGap: '12h', accuracy: { class: '0.5', percentOfReading: 0.5 } },
    draw(channel, normal) {
      const gain = 1 + (0.005 / third) * normal();
      const start = 1e5 * Math.abs(normal());
      const shift = Math.abs(normal()) % 0.9;
      const at = (h: number) => Math.floor((start + gain * passed(h)) / 10) * 10;
      const readings: Reading[] = [];
      for (let h = -3 + shift; h <= HOURS + 3; h += 1) readings.push([h * HOUR, at(h)]);
      const all = {
        ...readingsOf(channel, at),
        partials: HourPartials.of('M', hourPartials(specOf(channel, 480), columnsOf('M', readings))),
      };
      return { stated: channelTotal(all, window, 480).amount!, truly: truth };
    },
  },
  {
    name: 'rate, % of reading, with noise',
    fields: { kind: 'rate', unit: 'm3/h', maxGap: '2h', accuracy: { class: '1', percentOfReading: 1 } },
    draw(channel, normal) {
      const gain = 1 + (0.01 / third) * normal();
      const at = (h: number) => flow(h) * gain + 0.3 * normal();
      return { stated: channelTotal(readingsOf(channel, at, 0.25), window, 480).amount!, truly: truth };
    },
  },
  {
    name: 'rate, % of span at a quarter of it',
    fields: { kind: 'rate', unit: 'm3/h', maxGap: '2h', range: [0, 200], accuracy: { class: '1', percentOfSpan: 1 } },
    draw(channel, normal) {
      const zero = (2 / third) * normal();
      return {
        stated: channelTotal(
          readingsOf(channel, (h) => flow(h) + zero),
          window,
          480,
        ).amount!,
        truly: truth,
      };
    },
  },
  {
    name: 'rate, absolute, in L/s',
    fields: { kind: 'rate', unit: 'L/s', maxGap: '2h', accuracy: { class: '0.1', absolute: 0.1 } },
    draw(channel, normal) {
      const zero = (0.1 / third) * normal();
      return {
        stated: channelTotal(
          readingsOf(channel, (h) => flow(h) / 3.6 + zero),
          window,
          480,
        ).amount!,
        truly: truth * 1000,
      };
    },
  },
  {
    name: 'level, % of reading, with noise and steps',
    fields: { kind: 'level', unit: 'm', maxGap: '2h', resolution: 0.01, range: [0, 10], accuracy: { class: '1', percentOfReading: 1 } },
    draw(channel, normal) {
      const gain = 1 + (0.01 / third) * normal();
      const at = (h: number) => Math.round((gain * (3 + 0.04 * h) + 0.02 * normal()) * 100) / 100;
      const { ends } = readingsOf(channel, at);
      return { stated: levelChange(channel, window, ends![0], ends![1], 2 * HOUR, 480)!, truly: 0.04 * HOURS };
    },
  },
  {
    name: 'concentration, % of span, with noise',
    fields: { kind: 'concentration', unit: 'mg/L', maxGap: '2h', range: [0, 100], accuracy: { class: '3', percentOfSpan: 3 } },
    draw(channel, normal) {
      const zero = (3 / third) * normal();
      const at = (h: number) => flow(h) + zero + 2 * normal();
      return { stated: channelMean(readingsOf(channel, at), window, 480)!, truly: truth / HOURS };
    },
  },
  {
    name: 'batch, absolute for every ticket',
    fields: { kind: 'batch', unit: 't', resolution: 0.1, accuracy: { class: 'III', absolute: 0.05 } },
    draw(channel, normal) {
      const zero = (0.05 / third) * normal();
      const tickets = Array.from({ length: 40 }, (_, i) => [i * HOUR, 30 + 2 * normal()] as const);
      const truly = tickets.reduce((sum, [, load]) => sum + load, 0);
      const columns = columnsOf(
        channel.id,
        tickets.map(([ms, load]): Reading => [ms, Math.round((load + zero) * 10) / 10]),
      );
      return { stated: channelTotal({ ...readingsOf(channel, () => 0), tickets: columns }, window, 480).amount!, truly };
    },
  },
];

describe(`U contains the truth in 93…97 % of ${DRAWS} meters drawn anew`, () => {
  it.each(KINDS.map((kind, index) => [kind.name, kind, index] as const))('%s', (_, { fields, draw }, index) => {
    const channel = plant({ meters: [meter('M', fields)] }).channels.get('M')!;
    const normal = normals(index + 1);
    let inside = 0;
    for (let n = 0; n < DRAWS; n += 1) {
      const { stated, truly } = draw(channel, normal);
      if (Math.abs(stated.value - truly) <= 2 * standardUncertainty(stated)) inside += 1;
    }
    expect(inside / DRAWS).toBeGreaterThan(0.93);
    expect(inside / DRAWS).toBeLessThan(0.97);
  });
});
