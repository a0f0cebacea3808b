import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { normal, uniform } from './random.ts';

/**
 * A plant as equations: a line of units with side streams and recycles between near neighbours, and in every stream the concentrations of
 * some components: flow balances, and one bilinear balance for each component and unit. `flows` and `analyses` are the shares that are measured.
 */
export function plantEquations(units: number, sides: number, components: number, seed: number, flows = 0.85, analyses = 0.8): Problem {
  const random = uniform(seed);
  const gauss = normal(random);
  const ends: { readonly from: number; readonly to: number }[] = [];
  for (let k = 0; k <= units; k++) ends.push({ from: k - 1, to: k === units ? -1 : k });
  for (let k = 0; k < sides; k++) {
    const from = Math.floor(random() * units);
    const to = from + 1 + Math.floor((random() - 0.5) * 12);
    ends.push({ from, to: to < 0 || to >= units || to === from ? -1 : to });
  }
  const flow = ends.map((_, s) => (s === 0 ? 400 : s <= units ? 0 : 2 + 6 * random()));
  const load = Array.from({ length: components }, () => ends.map((_, s) => flow[s]! * (2 + 8 * random())));
  // down the line: what a unit receives and does not give to the sides
  for (const amounts of [flow, ...load]) {
    for (let k = 0; k < units; k++) {
      let rest = amounts[k]!;
      for (let s = units + 1; s < ends.length; s++) rest += (ends[s]!.to === k ? amounts[s]! : 0) - (ends[s]!.from === k ? amounts[s]! : 0);
      amounts[k + 1] = rest;
    }
  }
  const streams: ProblemStream[] = [];
  const add = (id: string, value: number, isMeasured: boolean) => {
    const sigma = 0.02 * Math.abs(value);
    const more = { id, from: null, to: null } as const;
    if (isMeasured) streams.push({ ...more, measured: value + sigma * gauss(), sigma });
    else streams.push({ ...more, measured: null, sigma: null, initial: value * (1 + 0.05 * gauss()) });
  };
  for (const s of ends.keys()) add(`F${s}`, flow[s]!, random() < flows);
  load.forEach((amounts, c) => {
    for (const s of ends.keys()) add(`x${s}_${c}`, amounts[s]! / flow[s]!, random() < analyses);
  });
  const signed = (unit: number, term: (s: number) => string) =>
    ends
      .flatMap(({ from, to }, s) => (to === unit ? [`+ ${term(s)}`] : from === unit ? [`- ${term(s)}`] : []))
      .join(' ')
      .replace(/^\+ /, '');
  const equations = Array.from({ length: units }, (_, k) => signed(k, (s) => `F${s}`));
  for (let c = 0; c < components; c++) for (let k = 0; k < units; k++) equations.push(signed(k, (s) => `F${s}*x${s}_${c}`));
  return { kind: 'equations', streams, equations };
}
