import type { CoverageReport } from '../../collector/coverage/coverage.ts';
import type { DepthGrade } from '../../collector/coverage/result.ts';
import type { AuditDepth } from './depth.ts';

/** A class of acceptance with what it must reach and what it should strive for. */
export interface AcceptanceOf {
  readonly class: string;
  readonly name: string;
  readonly must: { readonly grade: DepthGrade; readonly reached: boolean };
  readonly striveFor: { readonly grade: DepthGrade; readonly reached: boolean };
  /** Whether the coverage tables that the class names are met as a whole; null where it names none. */
  readonly tables: 'met' | 'not-met' | 'undecided' | null;
  /** The conditions that a program can judge are met; the rest of an acceptance is people's. */
  readonly open: boolean;
  readonly why: readonly { readonly zh: string; readonly en: string }[];
}

/**
 * Which classes of acceptance (验收) a balance of this depth is good for. Null where no rule has classes.
 *
 * @source 云经资源〔2007〕518号 四（二）
 */
export function acceptanceOf({ acceptance }: Pick<CoverageReport, 'acceptance'>, depth: AuditDepth): readonly AcceptanceOf[] | null {
  if (acceptance === null) return null;
  const at = (grade: DepthGrade) => depth.grades.find((each) => each.grade === grade);
  return acceptance.classes.map((each) => {
    const must = at(each.must);
    const reached = must?.reached ?? false;
    const why: { zh: string; en: string }[] = [];
    if (!reached) {
      const fails = depth.grades.find((grade) => !grade.reached)?.fails;
      why.push({
        zh: `平衡须达到“${must?.name ?? each.must}”${fails ? `：${fails.text.zh}` : ''}`,
        en: `the balance must be ${each.must}${fails ? `: ${fails.text.en}` : ''}`,
      });
    }
    if (each.tables === 'not-met') why.push({ zh: '配备率表未全部达到', en: 'the coverage tables are not met as a whole' });
    if (each.tables === 'undecided')
      why.push({ zh: '※ 值未核定，配备率表不能判定', en: 'an office value is unset: the tables are undecided' });
    return {
      class: each.class,
      name: each.name,
      must: { grade: each.must, reached },
      striveFor: { grade: each.striveFor, reached: at(each.striveFor)?.reached ?? false },
      tables: each.tables,
      open: why.length === 0,
      why,
    };
  });
}
