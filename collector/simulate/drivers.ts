import { durationMs } from '../../config/plant/time.ts';
import { uniformOf } from './chance.ts';

/** A rate per hour that moves by itself: a mean and sinusoids. */
export interface Driver {
  readonly mean: number;
  readonly waves: readonly { readonly amplitude: number; readonly omegaPerMs: number; readonly phase: number }[];
}

const HOUR_MS = 3_600_000;

/** The waves of a driver, their phases drawn by seed and name. */
export function driverOf(seed: number, name: string, mean: number, wander: readonly { by: number; every: string }[]): Driver {
  const waves = wander.map(({ by, every }, index) => ({
    amplitude: by,
    omegaPerMs: (2 * Math.PI) / durationMs(every),
    phase: 2 * Math.PI * uniformOf(seed, name, 'phase', index),
  }));
  return { mean, waves };
}

/** Rate per hour at a time, UTC ms. */
export function rateOf(driver: Driver, timeMs: number): number {
  let rate = driver.mean;
  for (const { amplitude, omegaPerMs, phase } of driver.waves) rate += amplitude * Math.sin(omegaPerMs * timeMs + phase);
  return rate;
}

/** ∫ rate dt from `fromMs` to `toMs`, in closed form. */
export function totalOf(driver: Driver, fromMs: number, toMs: number): number {
  let total = (driver.mean * (toMs - fromMs)) / HOUR_MS;
  for (const { amplitude, omegaPerMs, phase } of driver.waves) {
    total += (amplitude * (Math.cos(omegaPerMs * fromMs + phase) - Math.cos(omegaPerMs * toMs + phase))) / (omegaPerMs * HOUR_MS);
  }
  return total;
}
