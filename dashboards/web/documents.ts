/** The API's documents, as far as the pages read them. */

export type Name = string | { zh: string; en?: string };

export interface PlantDocument {
  readonly id: string;
  readonly name: Name;
  readonly simulated: boolean;
  readonly offsetMinutes: number;
  readonly points: Readonly<Record<string, { readonly name: Name; readonly unit: string }>>;
  readonly units: Readonly<Record<string, { readonly name: Name; readonly level: string; readonly parent: string | null }>>;
}

export interface ShownSample {
  readonly timeMs: number;
  readonly value: number | null;
  readonly quality: 'good' | 'suspect' | 'missing';
  readonly reason: string;
  readonly origin: string;
}

export interface ValueRow {
  readonly channel: string;
  readonly name: Name;
  readonly kind: string;
  readonly unit: string;
  readonly staleAfterMs: number | null;
  readonly sample: ShownSample | null;
}

export interface CoverageDocument {
  readonly at: string;
  readonly rule: { readonly id: string; readonly document: string } | null;
  readonly cells: readonly {
    readonly kind: string;
    readonly name: string;
    readonly level: 1 | 2 | 3;
    readonly required: number;
    readonly fitted: number;
    readonly ratio: number | null;
    readonly threshold: number | null;
    readonly verdict: 'pass' | 'fail' | 'no-requirement' | 'not-applicable' | 'needs-office-value';
    readonly usable: number;
    readonly delivering: number | null;
    readonly missing: readonly string[];
  }[];
  readonly findings?: readonly { readonly subject: string; readonly zh: string; readonly en: string }[];
}

export interface BalanceDocument {
  readonly window: { readonly from: string; readonly to: string; readonly hours: number };
  readonly revision: number;
  readonly depth: { readonly auditBalance: boolean; readonly reasons: readonly { readonly zh: string; readonly en: string }[] };
  readonly balances: readonly {
    readonly id: string;
    readonly kind: 'material' | 'water' | 'energy' | 'pollutant';
    readonly boundary: string;
    readonly unit: string;
    readonly in: number;
    readonly out: number;
    readonly stockChange: number;
    readonly imbalance: number | null;
    readonly U: number | null;
    readonly closurePercent: number | null;
    readonly verdict: string;
    readonly suspects: readonly { readonly kind: 'bias' | 'leak'; readonly ids: readonly string[]; readonly magnitude: number }[];
  }[];
}

export interface SourceDocument {
  readonly id: string;
  readonly state: 'stopped' | 'connecting' | 'online' | 'waiting';
  readonly lastSuccessMs: number | null;
  readonly lastError: string | null;
  readonly counts: Readonly<Record<'requests' | 'failures' | 'reconnects' | 'lateCycles', number>>;
}

export interface UserDocument {
  readonly name: string;
  readonly role: string;
  readonly plants: '*' | readonly string[];
  readonly disabled: boolean;
  readonly hasPassword: boolean;
}

export interface TokenDocument {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresMs: number | null;
}

export interface TrailDocument {
  readonly intact: boolean;
  readonly entries: readonly {
    readonly seq: number;
    readonly timeMs: number;
    readonly who: string;
    readonly action: string;
    readonly what: string;
    readonly from: string;
  }[];
}
