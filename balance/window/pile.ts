import { convert } from '../../config/measures/units.ts';
import type { Pile } from '../../config/plant/pile.ts';
import { durationMs, formatInstant, instantMs } from '../../config/plant/time.ts';
import { type Quantity, quantity, scaled, sum } from './quantity.ts';
import { interpolation } from './uncertainty.ts';
import { HOUR_MS, type Window } from './window.ts';

type Survey = Pile['surveys'][number];

/**
 * What a pile held at a survey, in `unit`: volume × bulk density, × (1 − moisture) where it counts dry.
 *
 * Sources: the volume of this survey alone; the method (common to all surveys of all piles that name it); the determination of the bulk
 * density (common to the surveys of this pile that rest on it); the moisture of this survey's sample.
 *
 * @param name of the stock
 * @param unit mass, in which the medium is counted
 * @throws RangeError where the survey names a method or density that the pile has not; the check refuses it before
 */
export function surveyed(pile: Pile, survey: Survey, name: string, unit: string): Quantity {
  const method = pile.methods.find(({ id }) => id === survey.method);
  const density = pile.densities.find(({ id }) => id === survey.density);
  if (method === undefined || density === undefined) throw new RangeError(`survey of ${name}: no ${survey.method} or ${survey.density}`);
  const perM3 = convert(1, density.unit, `${unit}/m3`);
  const water = pile.basis === 'dry' ? (survey.moisture?.percent ?? 0) / 100 : 0;
  const [volume, rho, dry] = [survey.volumeM3, density.value * perM3, 1 - water];
  return quantity(volume * rho * dry, [
    [`survey ${name} ${survey.at}`, survey.uM3 * rho * dry],
    [`survey method ${method.id}`, (method.uPercent / 100) * volume * rho * dry],
    [`bulk density ${name} ${density.id}`, density.u * perM3 * volume * dry],
    ...(pile.basis === 'dry' && survey.moisture
      ? [[`moisture ${name} ${survey.at}`, (-survey.moisture.u / 100) * volume * rho] as const]
      : []),
  ]);
}

/**
 * Change of a pile over the window by its surveys, end − start, in `unit`; null where they do not say it, with the reason in `notes`.
 *
 * Between two surveys an end of the window takes the way between them as linear (`interpolation`). An end beyond the first or last
 * survey takes that one, not further off than `within`, and carries as uncertainty what the pile changes in that time at the mean rate of
 * the two surveys next to it, ± as much (÷ √3). What both ends have in common, method and density, is correlated: it weighs on the
 * difference only.
 *
 * @source JCGM 100:2008 (GUM) 4.3.7, F.1.2.3
 */
export function pileChange(
  pile: Pile,
  name: string,
  unit: string,
  window: Window,
  offsetMinutes: number,
): { readonly change: Quantity | null; readonly notes: readonly string[] } {
  const surveys = pile.surveys
    .map((survey) => ({ survey, atMs: instantMs(survey.at, offsetMinutes), held: surveyed(pile, survey, name, unit) }))
    .sort((a, b) => a.atMs - b.atMs);
  const withinMs = durationMs(pile.within);
  const ends = [endAt(window.fromMs), endAt(window.toMs)] as const;
  const [start, end] = ends;
  if (start === null || end === null) {
    const at = start === null ? window.fromMs : window.toMs;
    return { change: null, notes: [`no survey of ${name} within ${pile.within} of ${formatInstant(at, offsetMinutes)}`] };
  }
  const used = [...new Set([...start.used, ...end.used])];
  const notes = used.map((index) => {
    const { survey } = surveys[index]!;
    const sheet = survey.id === undefined ? '' : `${survey.id}, `;
    return `survey ${sheet}${survey.at}: ${survey.volumeM3} m3 by ${survey.by}, ${survey.method}`;
  });
  if (used.length < 2) return { change: null, notes: [...notes, `one survey of ${name} at both ends of the window says no change`] };
  return { change: sum([end.held, scaled(start.held, -1)]), notes };

  function endAt(atMs: number): { readonly held: Quantity; readonly used: readonly number[] } | null {
    const before = surveys.findLastIndex((one) => one.atMs <= atMs);
    const after = surveys.findIndex((one) => one.atMs >= atMs);
    const source = `interpolation ${name}@${atMs}`;
    if (before >= 0 && after >= 0) {
      const [a, b] = [surveys[before]!, surveys[after]!];
      const f = b.atMs === a.atMs ? 0 : (atMs - a.atMs) / (b.atMs - a.atMs);
      const between = quantity(0, [[source, interpolation(b.held.value - a.held.value, f)]]);
      return {
        held: sum([scaled(a.held, 1 - f), scaled(b.held, f), between]),
        used: f === 0 ? [before] : f === 1 ? [after] : [before, after],
      };
    }
    const near = before >= 0 ? before : after;
    const one = surveys[near];
    if (one === undefined || Math.abs(one.atMs - atMs) > withinMs) return null;
    const other = surveys[before >= 0 ? near - 1 : near + 1];
    const rate = other === undefined ? 0 : Math.abs(one.held.value - other.held.value) / (Math.abs(one.atMs - other.atMs) / HOUR_MS);
    const moved = (rate * Math.abs(one.atMs - atMs)) / HOUR_MS / Math.sqrt(3);
    return { held: sum([one.held, quantity(0, [[source, moved]])]), used: [near] };
  }
}
