/** The API's documents, as far as the pages read them. */

export type Name = string | { zh: string; en?: string };

export interface PlantDocument {
  readonly id: string;
  readonly name: Name;
  readonly simulated: boolean;
  readonly offsetMinutes: number;
  readonly points: Readonly<Record<string, { readonly name: Name; readonly unit: string }>>;
  readonly units: Readonly<Record<string, { readonly name: Name; readonly level: string; readonly parent: string | null }>>;
  readonly streams: Readonly<
    Record<
      string,
      { readonly name: Name; readonly from: string; readonly to: string; readonly by: string; readonly channel: string | null }
    >
  >;
  readonly balances: Readonly<Record<string, { readonly kind: string; readonly unit: string; readonly tolerancePercent: number | null }>>;
  readonly outfalls: Readonly<Record<string, { readonly name: Name; readonly kind: string }>>;
}

export interface StateDocument {
  readonly nowMs: number;
  readonly store: 'ok' | 'away';
  readonly caughtUp: boolean;
  readonly behind: number | null;
  readonly collecting: boolean;
  readonly sources: { readonly online: number; readonly total: number };
  readonly newestMs: number | null;
  readonly clock: 'ok' | 'wrong';
}

export interface MeterRow {
  readonly id: string;
  readonly name: Name;
  readonly kind: string;
  readonly unit: string;
  readonly place: string | null;
  readonly status: 'qualified' | 'limited' | 'out-of-service';
  readonly instrument: string | null;
  readonly accuracy: string | null;
  readonly device: string | null;
  readonly channels: readonly string[];
  readonly points: readonly string[];
  readonly due: string | null;
  readonly overdue: boolean;
  readonly commissioned: boolean;
}

export interface MeterDocument extends MeterRow {
  readonly maker: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly assetNumber: string | null;
  readonly verification: {
    readonly certificate: string;
    readonly date: string;
    readonly due: string;
    readonly by?: string;
    readonly kind: string;
    readonly overdue: boolean;
  } | null;
  readonly signed: { readonly by: string; readonly at: string; readonly face: number; readonly reading: number } | null;
  readonly ratios: readonly Readonly<Record<string, unknown>>[];
  readonly replacements: readonly Readonly<Record<string, unknown>>[];
  readonly reads: readonly {
    readonly channel: string;
    readonly kind: string;
    readonly unit: string;
    readonly range: readonly [number, number] | null;
    readonly read: Readonly<Record<string, unknown>> | null;
  }[];
  readonly streams: readonly string[];
}

export interface TrendDocument {
  readonly channel: string;
  readonly kind: string;
  readonly unit: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly readings: number;
  readonly raw: {
    readonly timeMs: readonly number[];
    readonly value: readonly (number | null)[];
    readonly quality: readonly string[];
    readonly reason: readonly string[];
  };
  readonly corrected: {
    readonly unit: string;
    readonly how: 'amount' | 'mean';
    readonly ratios: readonly { readonly fromMs: number; readonly ratio: number }[];
    readonly hours: readonly { readonly timeMs: number; readonly value: number | null; readonly coveredHours: number }[];
  };
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number; readonly reason: string }[];
  readonly events: readonly { readonly timeMs: number; readonly event: string; readonly before: number; readonly after: number }[];
}

export interface BusDocument {
  readonly device: string;
  readonly protocol: string;
  readonly address: string;
  readonly channels: number;
  readonly state: SourceDocument['state'] | null;
  readonly budget: {
    readonly requests: number;
    readonly utilisation: number;
    readonly roundMs: number;
    readonly shortestEveryMs: number;
    readonly verdict: 'ok' | 'tight' | 'full';
    readonly dead: readonly { readonly units: number; readonly utilisation: number; readonly roundMs: number }[];
  } | null;
  readonly lateCycles: number | null;
}

export interface CheckDocument {
  readonly faults: readonly SaidFault[];
  readonly warnings: readonly SaidFault[];
  readonly differences: readonly {
    readonly section: string;
    readonly id: string;
    readonly change: 'added' | 'removed' | 'changed';
    readonly effects: readonly string[];
    readonly fields: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
  }[];
  readonly budgets: readonly { readonly device: string; readonly utilisation: number }[];
}

export interface ProductionChange {
  readonly from: string;
  readonly to: string;
  readonly kind: 'below' | 'above' | 'unsteady' | 'unknown';
  readonly mean: number | null;
}

export interface TimelineDocument {
  readonly fromMs: number;
  readonly toMs: number;
  readonly duePerHour: number;
  readonly hours: readonly { readonly timeMs: number; readonly good: number; readonly suspect: number; readonly missing: number }[];
  readonly production: readonly {
    readonly id: string;
    readonly name: { readonly zh: string; readonly en: string };
    readonly stream: string;
    readonly band: { readonly low: number; readonly high: number; readonly unit: string };
    readonly changes: readonly ProductionChange[];
  }[];
  readonly tested: number;
  readonly unsteady: readonly { readonly stream: string; readonly largest: number; readonly changes: readonly ProductionChange[] }[];
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
  readonly meter: string;
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
    /** Why the verdict is not to be read alone. */
    readonly caution?: { readonly zh: string; readonly en: string } | null;
    readonly usable: number;
    readonly delivering: number | null;
    readonly missing: readonly string[];
    readonly unusable: readonly { readonly point: string; readonly meter: string; readonly why: readonly string[] }[];
  }[];
  readonly depth: {
    readonly name: string;
    readonly grade: string;
    readonly grades: readonly {
      readonly grade: string;
      readonly name: string;
      readonly allowed: boolean;
      readonly obstacles: readonly { readonly scope: string; readonly lacks: string; readonly kind?: string; readonly level?: number }[];
    }[];
  } | null;
  readonly acceptance: {
    readonly classes: readonly {
      readonly class: string;
      readonly name: string;
      readonly must: string;
      readonly depthAllowed: boolean;
      readonly tables: string | null;
      readonly allowed: boolean;
    }[];
  } | null;
  readonly findings?: readonly { readonly subject: string; readonly zh: string; readonly en: string }[];
}

export interface StreamDocument {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly from: string;
  readonly to: string;
  readonly total: number | null;
  readonly unit: string;
  readonly u: number | null;
  readonly coverageOfTime: number | null;
  readonly coverageOfQuantity: number | null;
  readonly basis: string;
  readonly reconciled: number | null;
  readonly reconciledU: number | null;
  readonly test?: number | null;
  readonly budget: readonly { readonly name: string; readonly u: number }[];
  readonly notes: readonly string[];
}

export interface BalanceResult {
  readonly id: string;
  readonly kind: 'material' | 'water' | 'energy' | 'pollutant';
  readonly boundary: string;
  readonly unit: string;
  readonly in: number;
  readonly out: number;
  readonly stockChange: number;
  readonly imbalance: number | null;
  readonly u: number | null;
  readonly U: number | null;
  readonly closurePercent: number | null;
  readonly verdict: string;
  readonly tolerance: { readonly percent: number; readonly origin: string } | null;
  readonly streams: readonly StreamDocument[];
  readonly remarks?: readonly Text[];
  readonly global: { readonly statistic: number; readonly dof: number; readonly critical: number; readonly passed: boolean } | null;
  readonly suspects: readonly {
    readonly kind: 'bias' | 'leak';
    readonly ids: readonly string[];
    readonly magnitude: number;
    readonly statistic: number;
    readonly statisticAfter: number;
  }[];
}
type Text = { readonly zh: string; readonly en: string };

export interface LossDocument {
  readonly stream: string;
  readonly name: Text;
  readonly role: string;
  readonly basis: string;
  readonly amount: number | null;
  readonly unit: string;
  readonly u: number | null;
  readonly money: { readonly value: number; readonly currency: string } | null;
  readonly standardCoal: { readonly kgce: number } | null;
  readonly rankByAmount: { readonly place: number; readonly of: number } | null;
  readonly rankByMoney: { readonly place: number; readonly of: number } | null;
}

export interface IndicatorDocument {
  readonly id: string;
  readonly name: Text;
  readonly boundary: string;
  readonly value: number | null;
  readonly unit: string;
  readonly u: number | null;
  readonly formula: string;
  readonly source: string;
  readonly status: string;
  readonly remarks: readonly Text[];
}

export interface BalanceDocument {
  readonly window: { readonly from: string; readonly to: string; readonly hours: number };
  readonly revision: number;
  readonly depth: { readonly auditBalance: boolean; readonly reasons: readonly Text[] };
  readonly balances: readonly BalanceResult[];
  readonly indicators?: readonly IndicatorDocument[];
  readonly losses?: readonly LossDocument[];
  readonly completeness: {
    readonly channels: number;
    readonly good: number;
    readonly suspect: number;
    readonly missing: Readonly<Record<string, number>>;
    readonly gaps: readonly { readonly channel: string; readonly from: string; readonly to: string; readonly reason: string }[];
  };
  readonly journal: { readonly from: number; readonly to: number; readonly sha256: string } | null;
}

export interface JobDocument {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly by: string;
  readonly madeMs: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly lang: 'zh' | 'en';
  readonly pack: boolean;
  readonly faults: readonly SaidFault[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly of: number;
}

export interface FleetRow {
  readonly id: string;
  readonly name: Name;
  readonly jurisdiction: string;
  readonly jurisdictionName: Name;
  readonly simulated: boolean;
  readonly store: 'ok' | 'away';
  readonly clock: 'ok' | 'wrong';
  readonly sources: { readonly online: number; readonly total: number };
  readonly newestMs: number | null;
  readonly channels: { readonly total: number; readonly stale: number; readonly missing: number };
  readonly coverage: { readonly failed: number; readonly cells: number } | null;
  readonly balances: { readonly open: number; readonly closed: number; readonly suspects: number; readonly to: string } | null;
  readonly outfalls: number;
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

export interface OversightDocument {
  readonly window: { readonly from: string; readonly to: string };
  readonly outfalls: readonly {
    readonly id: string;
    readonly name?: Name;
    readonly kind: 'water' | 'gas';
    readonly permit?: { readonly number: string; readonly expires: string | null } | null;
    readonly monitors: readonly {
      readonly code: string;
      readonly name: string | null;
      readonly channel: string;
      readonly unit: string;
      readonly rates: {
        readonly due: number;
        readonly received: number;
        readonly transmission: number | null;
        readonly validity: number | null;
        readonly effective: number | null;
      } | null;
      readonly required: { readonly effective: number; readonly source: string } | null;
      readonly pass: boolean | null;
      readonly hours: { readonly all: number; readonly valid: number };
      readonly days: readonly {
        readonly date: string;
        readonly validHours: number;
        readonly mean: number | null;
        readonly valid: boolean;
      }[];
      readonly over: readonly {
        readonly basis: string;
        readonly limit: number;
        readonly limitUnit: string;
        readonly source: string;
        readonly from: string;
        readonly to: string;
        readonly peak: number;
      }[];
      readonly marks?: readonly { readonly labels: readonly string[]; readonly from: string; readonly to: string }[];
      readonly mass?: {
        readonly unit: string;
        readonly measured: number;
        readonly substituted: number;
        readonly hours: { readonly all: number; readonly measured: number; readonly substituted: number; readonly unknown: number };
      } | null;
      readonly caps?: readonly {
        readonly code: string;
        readonly cap: number;
        readonly unit: string;
        readonly per: string;
        readonly from: string;
        readonly used: number;
        readonly over: boolean;
        readonly projectedOver: boolean | null;
      }[];
    }[];
    readonly signs: readonly { readonly sign: string; readonly codes?: readonly string[]; readonly from: string; readonly to: string }[];
    readonly contradictions: readonly {
      readonly balance: string;
      readonly stream: string;
      readonly unit: string;
      readonly monitored: number;
      readonly byBalance: number;
      readonly u: number;
      readonly z: number;
      readonly significant: boolean;
      readonly wouldSettle: readonly string[];
    }[];
  }[];
  readonly toConfirm?: readonly { readonly kind: string; readonly period: string; readonly reason: string | null }[];
}

export interface OptionDocument {
  readonly id: string;
  readonly name: Name;
  readonly cost: 'no-low' | 'medium-high';
  readonly proposed: string;
  readonly decided?: { readonly at: string; readonly accepted: boolean };
  readonly done?: string;
  readonly investment?: { readonly amount: number; readonly unit: string };
  readonly benefit?: { readonly amount: number; readonly unit: string };
}

/** A mistake, as the server tells it. */
export interface SaidFault {
  readonly code: string;
  readonly place: string;
  readonly zh: string;
  readonly en: string;
}
