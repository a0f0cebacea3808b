/** One step into a JSON value: a member's name or an element's index. */
export type Path = readonly (string | number)[];

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/gy;

/**
 * The steps of a path such as `$.data.flow`, `$[0].value`, `$['平均 值']`; null where the text is no such path.
 */
export function parsePath(text: string): Path | null {
  if (!text.startsWith('$')) return null;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const step = STEP.exec(text);
    if (step === null) return null;
    steps.push(step[2] === undefined ? (step[1] ?? step[3] ?? (step[4] as string)) : Number(step[2]));
  }
  return steps;
}

/** What stands at the path, undefined where the value has no such place. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}
