/** Reconciliation against scipy on the same networks in the same run, and what a plant asks of it. */
import { spawnSync } from 'node:child_process';
import { adjustments } from '../../balance/network/core.ts';
import type { Covariance } from '../../balance/network/covariance.ts';
import { estimateEquations } from '../../balance/network/equations-estimate.ts';
import { type Linearise, linearise } from '../../balance/network/linearise.ts';
import { lineariseSparse } from '../../balance/network/linearise-sparse.ts';
import { type NetworkStructure, networkCore, networkStructure } from '../../balance/network/network-core.ts';
import { powerStudy } from '../../balance/network/power-study.ts';
import { equationSystem } from '../../balance/network/prepare.ts';
import type { Problem } from '../../balance/network/problem.ts';
import { reconcile } from '../../balance/network/reconcile.ts';
import { windowSolver } from '../../balance/network/window-solver.ts';
import { plantEquations } from '../balance/network/plant-equations.ts';
import { type PlantGraph, plantGraph } from '../balance/network/plant-graph.ts';
import { uniform } from '../balance/network/random.ts';

export const name = 'network';

const REPEATS = 31;

/** Median milliseconds of `run`, after it has been warmed up. */
function median(run: () => void, repeats = REPEATS): number {
  for (let k = 0; k < 10; k++) run();
  const times = Array.from({ length: repeats }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[repeats >> 1]!;
}

function covarianceOf({ sigma }: PlantGraph): Covariance {
  const none = new Int32Array(0);
  return { size: sigma.length, variance: sigma.map((value) => value * value), a: none, b: none, covariance: new Float64Array(0) };
}

function reconciled(graph: PlantGraph, structure: NetworkStructure): Float64Array {
  const core = networkCore(structure, covarianceOf(graph), graph.y);
  return adjustments(core).map((v, i) => v + graph.y[i]!);
}

/** scipy's median milliseconds for each graph, and the sum of its reconciled values. */
function peer(graphs: readonly PlantGraph[]): { milliseconds: number; sum: number }[] {
  const script = new URL('./network-peer.py', import.meta.url).pathname;
  const input = graphs.map(({ nodes, from, to, y, sigma }) =>
    JSON.stringify({ nodes, from: [...from], to: [...to], y: [...y], sigma: [...sigma], repeats: REPEATS }),
  );
  const run = spawnSync('/usr/bin/python3', [script], { input: `${input.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status !== 0) throw new Error(`scipy did not run (Debian package python3-scipy): ${run.error?.message ?? run.stderr}`);
  return run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seconds: number; sum: number })
    .map(({ seconds, sum }) => ({ milliseconds: 1000 * seconds, sum }));
}

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const metrics: Record<string, number> = {};
  const peers: Record<string, number> = {};
  const graphs = [plantGraph(1_000, 2_500, 1), plantGraph(10_000, 25_000, 2)];
  const theirs = peer(graphs);
  graphs.forEach((graph, k) => {
    const size = `${graph.nodes}x${graph.y.length}`;
    const build = () => networkStructure(graph.nodes, graph.from, graph.to);
    const structure = build();
    const x = reconciled(graph, structure);
    const sum = x.reduce((total, value) => total + value, 0);
    const { milliseconds, sum: peerSum } = theirs[k]!;
    if (Math.abs(sum - peerSum) > 1e-7 * Math.abs(sum)) throw new Error(`${size}: our values sum to ${sum}, scipy's to ${peerSum}`);
    const whole = median(() => reconciled(graph, build()));
    const again = median(() => reconciled(graph, structure));
    const variances = median(() => networkCore(structure, covarianceOf(graph), graph.y).adjustmentVariance());
    metrics[`${size}.solveMs`] = whole;
    metrics[`${size}.sameStructureMs`] = again;
    metrics[`${size}.withEveryVarianceMs`] = whole - again + variances;
    peers[`${size}.scipySpluMs`] = milliseconds;
    metrics[`${size}.ratioToScipy`] = whole / milliseconds;
    metrics[`${size}.sameStructureRatioToScipy`] = again / milliseconds;
    metrics[`${size}.varianceOverSolve`] = (whole - again + variances) / whole;
  });
  const sizes = [2_000, 4_000, 8_000, 16_000, 32_000];
  const times = sizes.map((nodes) => {
    const graph = plantGraph(nodes, 2.5 * nodes, 3);
    return median(() => reconciled(graph, networkStructure(graph.nodes, graph.from, graph.to)), 7);
  });
  metrics.growthExponent = slope(sizes.map(Math.log), times.map(Math.log));
  metrics.windows50x72Ms = windows();
  metrics.powerStudy50Streams2500RunsMs = power();
  equations(metrics, peers);
  return { metrics, peers };
}

/** Flows and two concentrations of every stream as equations: ours on sparse matrices against the dense reference, and how time grows. */
function equations(metrics: Record<string, number>, peers: Record<string, number>): void {
  const system = equationSystem(plantEquations(80, 120, 2, 1));
  const cpuMs = (run: () => void) => {
    const { user, system: kernel } = process.cpuUsage();
    run();
    const after = process.cpuUsage();
    return (after.user - user + after.system - kernel) / 1000;
  };
  const all = (how: Linearise) => {
    const estimate = estimateEquations(system, undefined, how);
    const variances = [...system.unmeasured]
      .filter((q) => estimate.classes[q] === 'observable')
      .map((q) => estimate.core.reconciledVariance(estimate.functional(q)));
    return { values: estimate.reconciled, variances };
  };
  const [ours, theirs] = [all(lineariseSparse), all(linearise)];
  if (ours.values.some((value, i) => Math.abs(value - theirs.values[i]!) > 1e-7 * Math.abs(value)))
    throw new Error('sparse and dense equations differ');
  const least = (how: Linearise, runs: number) => Math.min(...Array.from({ length: runs }, () => cpuMs(() => all(how))));
  metrics['equations.200streams.sparseCpuMs'] = least(lineariseSparse, 9);
  peers['equations.200streams.denseCpuMs'] = least(linearise, 2);
  metrics['equations.200streams.denseOverSparse'] = peers['equations.200streams.denseCpuMs'] / metrics['equations.200streams.sparseCpuMs'];
  const sizes = [160, 320, 640];
  const times = sizes.map((units) => {
    const problem = plantEquations(units, 1.5 * units, 2, 1);
    return Math.min(...Array.from({ length: 3 }, () => cpuMs(() => reconcile(problem))));
  });
  metrics['equations.1600streams.wholeCpuMs'] = times.at(-1)!;
  metrics['equations.growthExponent'] = slope(sizes.map(Math.log), times.map(Math.log));
}

function problemOf({ from, to, y, sigma }: PlantGraph): Problem {
  const node = (k: number) => (k === -1 ? 'ENV' : `N${k}`);
  return {
    kind: 'linear-network',
    streams: Array.from(y, (measured, e) => ({ id: `S${e}`, from: node(from[e]!), to: node(to[e]!), measured, sigma: sigma[e]! })),
  };
}

/** 72 hourly windows of a plant of 50 streams, preparation included. */
function windows(): number {
  const graph = plantGraph(20, 50, 4);
  const problem = problemOf(graph);
  const random = uniform(9);
  return median(() => {
    const solver = windowSolver(problem);
    for (let hour = 0; hour < 72; hour++)
      solver.solve(
        graph.y.map((value) => value * (0.98 + 0.04 * random())),
        graph.sigma,
      );
  });
}

/** One bias at a time on each of 50 streams, 2,500 runs each: 2,211 s in its source. */
function power(): number {
  const graph = plantGraph(20, 50, 4);
  const begin = performance.now();
  powerStudy(problemOf(graph), graph.y, {
    runs: 2_500,
    biasRange: [2, 7],
    alpha: 0.003,
    leakRange: [0.02, 0.07],
    alphaNode: 0.005,
    random: uniform(11),
  });
  return performance.now() - begin;
}

/** Least-squares slope. */
function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, value, k) => sum + (value - mx) * (y[k]! - my), 0) / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
