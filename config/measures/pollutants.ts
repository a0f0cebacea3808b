import { readFileSync } from 'node:fs';

/** A pollutant or flow that monitors report, by its code. */
export interface Pollutant {
  readonly code: string;
  /** 中文名称 as the standard prints it. */
  readonly zh: string;
  /** Code of HJ/T 212-2005 for the same; null where it has none. */
  readonly code2005: string | null;
  /** Unit of Rtd, Min, Avg and Max. */
  readonly unit: string;
  /** Unit of Cou: mass, or volume for a flow. It goes by code: mercury, arsenic, lead, cadmium and chromium(VI) in water are µg/L and g. */
  readonly amountUnit: string;
}

let known: ReadonlyMap<string, Pollutant> | null = null;

/**
 * Codes of water and gas with their units.
 *
 * @source HJ 212-2017 appendix B, tables B.1 and B.2
 */
export function pollutants(): ReadonlyMap<string, Pollutant> {
  if (known !== null) return known;
  const lines = readFileSync(new URL('pollutants.csv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(1);
  known = new Map(
    lines.map((line) => {
      const [code, quoted, plain, code2005, unit, amountUnit] = /^([^,]+),(?:"([^"]*)"|([^,]*)),([^,]*),([^,]*),([^,]*)$/
        .exec(line)!
        .slice(1);
      return [
        code!,
        { code: code!, zh: quoted ?? plain ?? '', code2005: code2005 === '' ? null : code2005!, unit: unit!, amountUnit: amountUnit! },
      ];
    }),
  );
  return known;
}
