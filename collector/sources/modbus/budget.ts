import { DEMOTE_AFTER, FIRST_PROBE_MS, SKIP_AFTER } from '../health.ts';
import type { Framing } from './framing.ts';
import type { Item, PlannedGroup, PlannedRead } from './plan.ts';

/** What an exchange costs on one connection, beside its bytes. All times in milliseconds. */
export interface LineCost {
  /** Time of one byte on the wire; 0 on a network. */
  readonly byteMs: number;
  /** How the frames look on that wire. */
  readonly framing: Framing;
  /** Silence before each of the two frames: 3.5 characters of RTU. */
  readonly gapMs: number;
  /** From the end of the request to the beginning of the answer. */
  readonly turnaroundMs: number;
  readonly pauseBetweenMs: number;
  readonly pauseOnUnitChangeMs?: number;
  readonly timeoutMs: number;
  /** Silence that the line must keep after a missed answer. */
  readonly quietMs: number;
}

export interface Budget {
  readonly requests: number;
  /** Share of the time in which the line is busy while every unit answers; 1 is all of it. */
  readonly utilisation: number;
  /** Time of one round of all groups, which come together when their intervals do. */
  readonly roundMs: number;
  readonly shortestEveryMs: number;
  /** The same with the k units dead whose death costs most, k = 1, 2, … */
  readonly dead: readonly DeadUnits[];
}

export interface DeadUnits {
  readonly units: number;
  /** Once they are demoted, while each is asked as often as it ever is then. */
  readonly utilisation: number;
  /** The round in which they fall silent. */
  readonly roundMs: number;
}

/**
 * Bits that a byte takes on a serial line, start and stop bits and parity with it, as a time in milliseconds.
 *
 * @source MODBUS over Serial Line Specification V1.02, section 2.5.1
 */
export function byteMsOf(line: {
  readonly baud: number;
  readonly dataBits: number;
  readonly parity: string;
  readonly stopBits: number;
}): number {
  const bits = 1 + line.dataBits + (line.parity === 'none' ? 0 : 1) + line.stopBits;
  return (bits * 1000) / line.baud;
}

/**
 * The silence that tells RTU frames apart: 3.5 characters, and 1.75 ms above 19,200 baud.
 *
 * @source MODBUS over Serial Line Specification V1.02, section 2.5.1.1
 */
export const rtuGapMs = (baud: number, byteMs: number): number => (baud > 19_200 ? 1.75 : 3.5 * byteMs);

/** Milliseconds of one exchange that succeeds. */
export function exchangeMs(read: PlannedRead, line: LineCost): number {
  return wireMs(read, line) + 2 * line.gapMs + line.turnaroundMs;
}

/** Milliseconds that a request costs to which nobody answers. */
export function silenceMs(read: PlannedRead, line: LineCost): number {
  return wireMs(read, line) + line.gapMs + line.timeoutMs + line.quietMs;
}

/** Requests of one device on a line, and what they cost there. */
export interface LinePart {
  readonly groups: readonly PlannedGroup<Item>[];
  readonly line: LineCost;
}

/** How busy the requests of one device keep its connection. @throws RangeError where there is nothing to read. */
export const budgetOf = (groups: readonly PlannedGroup<Item>[], line: LineCost, most = 3): Budget => lineBudget([{ groups, line }], most);

interface Priced {
  readonly everyMs: number;
  readonly read: PlannedRead;
  readonly ms: number;
  readonly silenceMs: number;
}

/**
 * How busy the requests of all devices on a line keep it. The plan is the one that the collector reads by, so what is computed here is
 * what it will do, as far as the turn-around is known. Units are told apart by their address: on one line an address is one unit.
 *
 * @param most how many dead units to go up to.
 * @throws RangeError where there is nothing to read.
 */
export function lineBudget(parts: readonly LinePart[], most = 3): Budget {
  const groups = parts.flatMap(({ groups: own, line }) => own.map((group) => ({ group, line })));
  if (groups.length === 0) throw new RangeError('nothing is read over this connection');
  const priced = groups.flatMap(({ group, line }) =>
    group.reads.map((read): Priced => ({ everyMs: group.everyMs, read, ms: exchangeMs(read, line), silenceMs: silenceMs(read, line) })),
  );
  const pauses = groups.map(({ group, line }) => ({ everyMs: group.everyMs, ms: pausesMs(group.reads, line) }));
  const sumOf = (unit: number | null, share: (ms: number, everyMs: number) => number): number =>
    priced.reduce((sum, { everyMs, read, ms }) => (unit === null || read.unit === unit ? sum + share(ms, everyMs) : sum), 0);
  const utilisation = sumOf(null, (ms, everyMs) => ms / everyMs) + pauses.reduce((sum, { everyMs, ms }) => sum + ms / everyMs, 0);
  const roundMs = sumOf(null, (ms) => ms) + pauses.reduce((sum, { ms }) => sum + ms, 0);

  const units = [...new Set(priced.map(({ read }) => read.unit))];
  const deaths = units.map((unit) => {
    const own = priced.filter(({ read }) => read.unit === unit);
    const longest = Math.max(...own.map((one) => one.silenceMs));
    const probeMs = Math.max(FIRST_PROBE_MS, Math.min(...own.map(({ everyMs }) => everyMs)));
    const perInterval = new Map<number, number>();
    for (const { everyMs } of own) perInterval.set(everyMs, (perInterval.get(everyMs) ?? 0) + 1);
    const asked = Math.min(
      DEMOTE_AFTER,
      [...perInterval.values()].reduce((sum, count) => sum + Math.min(count, SKIP_AFTER), 0),
    );
    return {
      utilisation: longest / probeMs - sumOf(unit, (ms, everyMs) => ms / everyMs),
      roundMs: asked * longest - sumOf(unit, (ms) => ms),
    };
  });
  const worst = (of: (death: (typeof deaths)[number]) => number): number[] => deaths.map(of).sort((a, b) => b - a);
  const [byShare, byRound] = [worst((death) => death.utilisation), worst((death) => death.roundMs)];
  const added = (list: readonly number[], k: number): number => list.slice(0, k).reduce((sum, ms) => sum + ms, 0);
  return {
    requests: priced.length,
    utilisation,
    roundMs,
    shortestEveryMs: Math.min(...groups.map(({ group }) => group.everyMs)),
    dead: Array.from({ length: Math.min(most, units.length) }, (_, at) => ({
      units: at + 1,
      utilisation: utilisation + added(byShare, at + 1),
      roundMs: roundMs + added(byRound, at + 1),
    })),
  };
}

/**
 * What the device's pauses add within one round of a group: between requests, and before another unit, the longer where both apply. The
 * silence that each exchange counts is part of them.
 */
function pausesMs(reads: readonly PlannedRead[], { pauseBetweenMs, pauseOnUnitChangeMs = 0, gapMs }: LineCost): number {
  const before = reads.map(({ unit }, at) =>
    unit === reads[at - 1]?.unit ? pauseBetweenMs : Math.max(pauseBetweenMs, pauseOnUnitChangeMs),
  );
  return before.slice(1).reduce((sum, ms) => sum + Math.max(0, ms - gapMs), 0);
}

const wireMs = (read: PlannedRead, line: LineCost): number => line.framing.wireBytes(read) * line.byteMs;
