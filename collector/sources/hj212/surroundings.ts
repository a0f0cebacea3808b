import type { Clock } from '../clock.ts';
import type { Sink } from '../source.ts';

/** What a station needs of the platform around it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly sink: () => Sink | null;
  event(event: string, detail: string): void;
  quarantine(reason: string, raw: string): void;
  count(what: 'duplicates' | 'failures' | 'stored' | 'requests'): void;
  failed(error: unknown): void;
}
