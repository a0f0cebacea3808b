import type { Depth } from '../../config/rules/families/depth.ts';
import type { RuleStatus } from '../../config/rules/rule.ts';
import type { DueDay } from './verification.ts';

/** As the rule counts: by what is fitted. */
export type CoverageVerdict = 'pass' | 'fail' | 'no-requirement' | 'not-applicable' | 'needs-office-value';
export type Level = 1 | 2 | 3;
export type DepthGrade = 'estimated' | 'simple' | 'focused' | 'comprehensive';

/** Why the meter of a point may not be used. */
export type Unusable =
  | 'out-of-service'
  | 'not-verified'
  | 'not-yet-verified'
  | 'verification-overdue'
  | 'verification-interval-unknown'
  | 'accuracy-unknown'
  | 'accuracy-insufficient'
  | 'not-commissioned';

/** What a metering point carries or should carry: a mean rate or a rated load. */
export interface Carried {
  readonly value: number;
  readonly unit: string;
  /** Found by a balance, stated in the plant file for the stream, or the unit's rated load. */
  readonly basis: 'balance' | 'stated' | 'load';
}

/** A requirement that is not met, or is met by a meter that may not be used or that delivered nothing valid that day. */
export interface Lacking {
  /** Id of the listed point, or of what asks for one: `unit:stream` or `unit:kind`. */
  readonly point: string;
  readonly fault: 'not-fitted' | 'not-usable' | 'not-delivering';
  readonly streams: readonly string[];
  /** Null where nobody has said how much that is. */
  readonly carries: Carried | null;
}

/** Why a verdict by a rule is not to be read alone. */
export interface Caution {
  /** The document is superseded, reproduces a superseded one, stands in for one that is not held, or is not confirmed. */
  readonly code: 'superseded' | 'extract-superseded' | 'not-held' | 'to-confirm';
  readonly zh: string;
  readonly en: string;
}

/** One kind of meter at one level. Counts are metering points; a point with several meters counts once. */
export interface CoverageCell {
  readonly kind: string;
  /** Name of the kind as the rule prints it. */
  readonly name: string;
  readonly level: Level;
  /** Family of the table: coverage-energy or coverage-material. */
  readonly table: string;
  /** Id of the rule that the threshold is from. */
  readonly rule: string;
  /** What N rests on: streams, loads and demands of the plant file (drawn), or the list of points alone (listed). */
  readonly basis: 'drawn' | 'listed';
  /** N: points that must be metered, exempt ones left out. */
  readonly required: number;
  /** n: points with a main meter standing on that day, whatever its state. */
  readonly fitted: number;
  /** Points left out under an exemption that the rule has for this kind and level. */
  readonly exempt: number;
  /** The points left out, each with the exemption it claims and the evidence that a person gave. */
  readonly exempted: readonly { readonly point: string; readonly by: string; readonly evidence: string }[];
  /** R = n ÷ N × 100, not rounded; null where N = 0. */
  readonly ratio: number | null;
  /** %, null where the table prints none (—) or an office has not set it (※). */
  readonly threshold: number | null;
  readonly verdict: CoverageVerdict;
  /** Said beside the verdict wherever it is shown; null where there is nothing to say. */
  readonly caution: Caution | null;
  /** Fitted points whose meter may be used that day. */
  readonly usable: number;
  /** Fitted points with a valid sample that day; null where nobody could say. */
  readonly delivering: number | null;
  /** Required points without a meter, or what asks for one where no point is listed. */
  readonly missing: readonly string[];
  readonly unusable: readonly { readonly point: string; readonly meter: string; readonly why: readonly Unusable[] }[];
  /** The same and what delivers nothing, each with what it should carry. */
  readonly lacking: readonly Lacking[];
}

/** Something about the plant's points that the counts alone do not show, or a rule that needs a caution. */
export interface CoverageFinding {
  readonly code:
    | 'exemption-not-in-rule'
    | 'exempt-but-metered'
    | 'kind-not-in-rule'
    | 'kind-not-stated'
    | 'not-asked-for'
    | 'not-counted'
    | 'not-listed'
    | 'not-main'
    | 'level-differs'
    | 'no-rule'
    | 'interval-not-held'
    | 'verification-earlier'
    | 'rule-not-held'
    | 'rule-superseded'
    | 'rule-to-confirm';
  /** A metering point's id or a rule's id. */
  readonly subject: string;
  readonly zh: string;
  readonly en: string;
}

/** What stands in the way of a grade: a cell that lacks meters, meters that may be used, or the office's value; or that no unit is a focus. */
export type DepthObstacle =
  | {
      readonly scope: 'plant' | 'audit-focus';
      readonly lacks: 'fitted' | 'usable' | 'office-value';
      readonly kind: string;
      readonly level: Level;
    }
  | { readonly scope: 'plant' | 'audit-focus'; readonly lacks: 'audit-focus' };

/** The deepest balance that the metering would allow. What the test itself asks for (72 h and the rest) is judged with the balance. */
export interface DepthByMetering {
  readonly rule: string;
  /** Of the rule: what is still to be confirmed is said beside every use. */
  readonly status: RuleStatus;
  readonly grade: DepthGrade;
  readonly name: string;
  readonly grades: readonly {
    readonly grade: DepthGrade;
    readonly name: string;
    readonly allowed: boolean;
    readonly obstacles: readonly DepthObstacle[];
    /** What the rule asks of the test itself, judged with the balance; null where it asks for none. */
    readonly test: Depth['grades'][number]['test'];
  }[];
}

/** Per class of acceptance: whether the metering allows the depth that it must reach, and whether its tables are met. */
export interface AcceptanceByMetering {
  readonly rule: string;
  readonly status: RuleStatus;
  readonly classes: readonly {
    readonly class: string;
    readonly name: string;
    readonly must: DepthGrade;
    readonly striveFor: DepthGrade;
    readonly depthAllowed: boolean;
    /** Null where the class asks for no table as a whole; undecided where an office value is missing. */
    readonly tables: 'met' | 'not-met' | 'undecided' | null;
    readonly allowed: boolean;
  }[];
}

export interface CoverageReport {
  /** ISO 8601 with the plant's offset. */
  readonly at: string;
  readonly jurisdiction: string;
  /** The rule of the energy table, null where none applies. */
  readonly rule: { readonly id: string; readonly document: string } | null;
  /** Every coverage rule used. */
  readonly rules: readonly { readonly id: string; readonly document: string; readonly family: string; readonly status: string }[];
  readonly cells: readonly CoverageCell[];
  readonly depth: DepthByMetering | null;
  readonly acceptance: AcceptanceByMetering | null;
  readonly findings: readonly CoverageFinding[];
  /** Until when the meters that stand at points may be used. */
  readonly verification: VerificationReport;
  /** The same points by other tables that hold everywhere: for comparison, not for the verdict. */
  readonly beside: readonly {
    readonly rule: { readonly id: string; readonly document: string; readonly status: string };
    /** Whether its document is in force on that day. */
    readonly inForce: boolean;
    readonly caution: Caution | null;
    readonly cells: readonly CoverageCell[];
    /** Metering rate (计量率) by level where the table asks for one and a balance says what flowed. */
    readonly meteringRates: readonly MeteringRate[];
  }[];
  /** What differs between the tables of the verdict and those beside, cell by cell and in their words. */
  readonly differences: readonly CoverageDifference[];
}

/** The days on which verifications, calibrations and confirmations end, and what set them. */
export interface VerificationReport {
  /** The rule whose periods were compared, null where none is held. Its periods are to be confirmed where its status says so. */
  readonly rule: { readonly id: string; readonly document: string; readonly status: RuleStatus } | null;
  /** By due day, those without one first. */
  readonly meters: readonly ({
    readonly meter: string;
    readonly points: readonly string[];
    readonly kind: 'verification' | 'calibration' | 'confirmation';
    /** The day it was done. */
    readonly date: string;
    /** Whole days from the instant of the report to the due day; 0 on that day, negative after it. */
    readonly daysLeft: number | null;
  } & DueDay)[];
}

/** Metered quantity ÷ total quantity, %; another thing than the coverage ratio. Null where nothing flowed or an amount is not known. */
export interface MeteringRate {
  readonly level: Level;
  readonly percent: number | null;
  readonly threshold: number;
  readonly met: boolean | null;
}

/** One thing that two tables say or count differently; kind and level are null where it is of the whole table. */
export interface CoverageDifference {
  readonly what: 'threshold' | 'required' | 'exempt' | 'verdict' | 'denominator' | 'exemptions' | 'metering-rate' | 'in-force';
  readonly kind: string | null;
  readonly level: Level | null;
  /** A text of the rule in Chinese, in English too where the rule's data have it. */
  readonly a: { readonly rule: string; readonly value: string; readonly en?: string };
  readonly b: { readonly rule: string; readonly value: string; readonly en?: string };
}
