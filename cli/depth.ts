import { type AcceptanceOf, acceptanceOf } from '../balance/audit/acceptance.ts';
import { type AuditDepth, auditDepth } from '../balance/audit/depth.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { coverageOf } from '../collector/coverage/coverage.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadRules } from '../config/rules/load.ts';
import { statusText } from './rule-text.ts';

/** The depth that balances reach and the classes of acceptance that it is good for, by coverage as it stood at the end of their window. */
export interface DepthOfBalances {
  readonly depth: AuditDepth | null;
  readonly acceptance: readonly AcceptanceOf[] | null;
}

/** Judges kept or fresh balances of a plant; both are null where no rule of its jurisdiction has grades of depth. */
export async function depthOf(plant: Plant, balances: BalanceReport): Promise<DepthOfBalances> {
  const coverage = coverageOf(plant, await loadRules(), instantMs(balances.window.to, plant.offsetMinutes) - 1);
  const depth = auditDepth(coverage, balances);
  return { depth, acceptance: depth === null ? null : acceptanceOf(coverage, depth) };
}

/** A balance report as it is printed: its depth with the type reached, every grade's conditions, and the classes of acceptance. */
export function withDepth(report: BalanceReport, { depth, acceptance }: DepthOfBalances): unknown {
  return depth === null ? report : { ...report, depth: { ...report.depth, ...depth, type: depth.grade, acceptance } };
}

/** The depth for a person: the grade, why not the next, and what that needs. */
export function depthText({ depth, acceptance }: DepthOfBalances): string[] {
  if (depth === null) return [];
  const lines = ['', `平衡深度 depth of the balance: ${depth.name} ${depth.grade}  [${depth.rule}]${statusText(depth.status)}`];
  if (depth.next) {
    lines.push(`  下一级尚缺 the next grade needs: ${depth.next.name} ${depth.next.grade}`);
    for (const { text } of depth.next.needs) lines.push(`    ${text.zh} / ${text.en}`);
  }
  for (const each of acceptance ?? []) {
    const verdict = each.open ? '条件具备 open' : '条件不具备 not open';
    const strive = each.striveFor.reached ? '已达到 reached' : '未达到 not reached';
    lines.push(`  ${each.class} ${each.name}: ${verdict}; 争取 strive for ${each.striveFor.grade}: ${strive}`);
    for (const { zh, en } of each.why) lines.push(`    ${zh} / ${en}`);
  }
  return lines;
}
