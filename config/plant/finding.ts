import type { Path } from './document.ts';

/** Something wrong with a plant file, at a path in it. A fault stops the plant from being loaded, a warning does not. */
export interface Finding {
  readonly severity: 'fault' | 'warning';
  readonly code: string;
  readonly path: Path;
  /** Point at the key itself, not at what stands behind it. */
  readonly at?: 'key' | 'value';
  readonly zh: string;
  readonly en: string;
}

export function fault(code: string, path: Path, zh: string, en: string, at: 'key' | 'value' = 'value'): Finding {
  return { severity: 'fault', code, path, at, zh, en };
}

export function warning(code: string, path: Path, zh: string, en: string, at: 'key' | 'value' = 'value'): Finding {
  return { severity: 'warning', code, path, at, zh, en };
}
