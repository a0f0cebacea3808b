/**
 * The units that others are composed of by `/`: what they measure, and their size in the base unit as a fraction of integers, so that
 * conversions between decimal units are exact.
 *
 * Gas volumes at reference conditions (`Nm3`: 0 °C, 101.325 kPa; `m3@20`: 20 °C; each also dry or wet, e.g. `Nm3dry`, `m3dry@20`) are
 * dimensions of their own: without the state of the gas neither converts into the other, nor into `m3` as it flows. Standard coal is not energy: its factors are dated. Bases: kg, m3,
 * Nm3, m3@20, kJ, kgce, s, kPa, m, m2, each its own.
 *
 * kcal is the international table calorie, 4.1868 kJ exactly (ISO 80000-5:2019, annex).
 */
export interface Atom {
  /** Exponents of the base quantities. */
  readonly powers: Readonly<Record<string, number>>;
  readonly numerator: number;
  readonly denominator: number;
  /** For a power such as kW: the amount that an hour of it makes. */
  readonly hourAmount?: string;
}

function atoms(quantity: string, sizes: Readonly<Record<string, readonly [number, number]>>): Record<string, Atom> {
  const powers: Record<string, number> = quantity === '' ? {} : { [quantity]: 1 };
  return Object.fromEntries(Object.entries(sizes).map(([unit, [numerator, denominator]]) => [unit, { powers, numerator, denominator }]));
}

const power = (hourAmount: string, numerator: number, denominator = 1): Atom => ({
  powers: { energy: 1, time: -1 },
  numerator,
  denominator,
  hourAmount,
});

export const ATOMS: ReadonlyMap<string, Atom> = new Map(
  Object.entries({
    ...atoms('mass', { t: [1_000, 1], kg: [1, 1], g: [1, 1e3], mg: [1, 1e6], ug: [1, 1e9], ng: [1, 1e12] }),
    ...atoms('volume', { m3: [1, 1], L: [1, 1e3], mL: [1, 1e6] }),
    ...atoms('gas-0C', { Nm3: [1, 1] }),
    ...atoms('gas-20C', { 'm3@20': [1, 1] }),
    ...atoms('gas-0C-dry', { Nm3dry: [1, 1] }),
    ...atoms('gas-0C-wet', { Nm3wet: [1, 1] }),
    ...atoms('gas-20C-dry', { 'm3dry@20': [1, 1] }),
    ...atoms('gas-20C-wet', { 'm3wet@20': [1, 1] }),
    ...atoms('energy', {
      J: [1, 1e3],
      kJ: [1, 1],
      MJ: [1e3, 1],
      GJ: [1e6, 1],
      TJ: [1e9, 1],
      Wh: [36, 10],
      kWh: [3_600, 1],
      MWh: [3_600_000, 1],
      GWh: [3_600_000_000, 1],
      kcal: [41_868, 10_000],
      Mcal: [41_868, 10],
      Gcal: [4_186_800, 1],
    }),
    ...atoms('standard-coal', { gce: [1, 1e3], kgce: [1, 1], tce: [1e3, 1] }),
    ...atoms('time', { s: [1, 1], min: [60, 1], h: [3_600, 1], d: [86_400, 1] }),
    ...atoms('pressure', { Pa: [1, 1e3], kPa: [1, 1], MPa: [1e3, 1], bar: [100, 1] }),
    ...atoms('length', { m: [1, 1], mm: [1, 1e3], cm: [1, 100] }),
    ...atoms('area', { m2: [1, 1] }),
    ...atoms('temperature', { degC: [1, 1] }),
    ...atoms('acidity', { pH: [1, 1] }),
    ...atoms('count', { count: [1, 1] }),
    ...atoms('current', { A: [1, 1] }),
    ...atoms('voltage', { V: [1, 1], kV: [1e3, 1] }),
    ...atoms('conductance', { uS: [1, 1e6], mS: [1, 1e3] }),
    ...atoms('turbidity', { NTU: [1, 1] }),
    ...atoms('', { '1': [1, 1], '%': [1, 100], '‰': [1, 1e3], ppm: [1, 1e6] }),
    W: power('Wh', 1, 1e3),
    kW: power('kWh', 1),
    MW: power('MWh', 1e3),
  }),
);

/** Other spellings of an atom, as nameplates and ledgers have them. A spelling that could mean two units is not here (标方, cal). */
export const SPELLINGS: Readonly<Record<string, string>> = {
  'm³': 'm3',
  'm^3': 'm3',
  '㎥': 'm3',
  立方米: 'm3',
  方: 'm3',
  'Nm³': 'Nm3',
  'Nm^3': 'Nm3',
  'N㎥': 'Nm3',
  'm³@20': 'm3@20',
  '㎥@20': 'm3@20',
  'm²': 'm2',
  'm^2': 'm2',
  '㎡': 'm2',
  l: 'L',
  升: 'L',
  ml: 'mL',
  吨: 't',
  千克: 'kg',
  公斤: 'kg',
  克: 'g',
  毫克: 'mg',
  '㎏': 'kg',
  '㎎': 'mg',
  μg: 'ug',
  µg: 'ug',
  微克: 'ug',
  度: 'kWh',
  千瓦时: 'kWh',
  兆瓦时: 'MWh',
  kwh: 'kWh',
  KWh: 'kWh',
  KWH: 'kWh',
  kW·h: 'kWh',
  'kW.h': 'kWh',
  MW·h: 'MWh',
  千焦: 'kJ',
  兆焦: 'MJ',
  吉焦: 'GJ',
  千卡: 'kcal',
  大卡: 'kcal',
  千瓦: 'kW',
  兆瓦: 'MW',
  吨标准煤: 'tce',
  千克标准煤: 'kgce',
  秒: 's',
  分钟: 'min',
  小时: 'h',
  天: 'd',
  日: 'd',
  day: 'd',
  hr: 'h',
  '℃': 'degC',
  '°C': 'degC',
  帕: 'Pa',
  千帕: 'kPa',
  兆帕: 'MPa',
  米: 'm',
  毫米: 'mm',
  '％': '%',
  '㎾': 'kW',
  '㎿': 'MW',
  个: 'count',
  件: 'count',
  次: 'count',
  PH: 'pH',
  安: 'A',
  伏: 'V',
  μS: 'uS',
  µS: 'uS',
};
