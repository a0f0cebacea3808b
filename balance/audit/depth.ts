import type { CoverageReport } from '../../collector/coverage/coverage.ts';
import type { DepthByMetering, DepthGrade, DepthObstacle } from '../../collector/coverage/result.ts';
import type { RuleStatus } from '../../config/rules/rule.ts';
import { type Lang, wordOr } from '../../config/words/word.ts';
import type { BalanceReport } from '../media/result.ts';

type Text = { readonly zh: string; readonly en: string };
type Grade = DepthByMetering['grades'][number];
type Test = NonNullable<Grade['test']>;

/** One thing that a grade asks for. */
export interface DepthCondition {
  readonly id: 'metering' | 'audit' | 'normal-production' | 'planned' | 'hours' | 'online' | 'qualified-team' | 'values';
  /** Null: nobody has recorded what would decide it, which is not met. */
  readonly met: boolean | null;
  readonly text: Text;
}

/** A balance against the grades of depth of a rule. */
export interface AuditDepth {
  readonly rule: string;
  readonly status: RuleStatus;
  readonly grade: DepthGrade;
  readonly name: string;
  readonly grades: readonly {
    readonly grade: DepthGrade;
    readonly name: string;
    readonly reached: boolean;
    readonly conditions: readonly DepthCondition[];
    /** The first condition that is not met; null where all are. */
    readonly fails: DepthCondition | null;
  }[];
  /** The next grade and everything that it still needs; null at the deepest. */
  readonly next: { readonly grade: DepthGrade; readonly name: string; readonly needs: readonly DepthCondition[] } | null;
  /** How each amount that crosses the plant's boundary was obtained, by balance. */
  readonly provenance: readonly { readonly balance: string; readonly stream: string; readonly basis: string }[];
}

/**
 * The grade of depth that a balance reaches: what its rule asks of the metering, and of the test itself (in the audit, under normal
 * production, planned, so many hours, by whom with what qualification, and how the values were obtained). Null where no rule has grades.
 *
 * A deeper balance is no shallower one left out: each grade needs those before it.
 *
 * @source 云经资源〔2007〕518号 三
 */
export function auditDepth(coverage: Pick<CoverageReport, 'depth'>, balances: BalanceReport): AuditDepth | null {
  const { depth } = coverage;
  if (depth === null) return null;
  const provenance = provenanceOf(balances);
  let reachable = true;
  const grades = depth.grades.map((grade) => {
    const conditions = [...metering(grade), ...(grade.test ? ofTest(grade.test, balances, provenance) : [])];
    const fails = conditions.find(({ met }) => met !== true) ?? null;
    reachable &&= fails === null;
    return { grade: grade.grade, name: grade.name, reached: reachable, conditions, fails };
  });
  const best = grades.findLast(({ reached }) => reached);
  if (!best) throw new RangeError(`rule ${depth.rule} has no grade that asks for nothing`);
  const next = grades[grades.indexOf(best) + 1];
  return {
    rule: depth.rule,
    status: depth.status,
    grade: best.grade,
    name: best.name,
    grades,
    next: next ? { grade: next.grade, name: next.name, needs: next.conditions.filter(({ met }) => met !== true) } : null,
    provenance,
  };
}

function metering({ obstacles }: Grade): DepthCondition[] {
  const list = obstacles.map(named);
  const [zh, en] = [list.map((each) => each.zh).join('、'), list.map((each) => each.en).join(', ')];
  const text: Text =
    list.length === 0
      ? { zh: '计量器具配备和管理达到要求', en: 'the meters are fitted and managed as asked' }
      : { zh: `计量器具配备和管理未达到：${zh}`, en: `the meters are not fitted or managed as asked: ${en}` };
  return [{ id: 'metering', met: list.length === 0, text }];
}

const LACKS: Readonly<Record<'fitted' | 'usable' | 'office-value', Text>> = {
  fitted: { zh: '缺表', en: 'not fitted' },
  usable: { zh: '不可用', en: 'not usable' },
  'office-value': { zh: '主管部门未核定', en: 'office value unset' },
};

const kindName = ({ kind }: { readonly kind: string }, lang: Lang) => wordOr(lang, `meteredKind.${kind}`, kind);

function named(each: DepthObstacle): Text {
  if (each.lacks === 'audit-focus') return { zh: '未设审核重点', en: 'no unit is an audit focus' };
  const focus = each.scope === 'audit-focus';
  const { zh, en } = LACKS[each.lacks];
  return {
    zh: `${kindName(each, 'zh')} ${each.level} 级${focus ? '（审核重点）' : ''}${zh}`,
    en: `${kindName(each, 'en')} at level ${each.level}${focus ? ' (audit focus)' : ''} ${en}`,
  };
}

function ofTest(test: Test, balances: BalanceReport, provenance: AuditDepth['provenance']): DepthCondition[] {
  const { window, production, completeness } = balances;
  const campaigns = balances.campaigns ?? [];
  const campaign = campaigns.find(({ holdsWindow }) => holdsWindow);
  const found: DepthCondition[] = [];
  const say = (asked: boolean, id: DepthCondition['id'], met: boolean | null, zh: string, en: string) => {
    if (asked) found.push({ id, met, text: { zh, en } });
  };
  const hours = Number(window.hours.toFixed(2));
  if (test.minimumHours !== null)
    say(
      true,
      'hours',
      window.hours >= test.minimumHours,
      `连续 ${hours} 小时，要求不少于 ${test.minimumHours} 小时`,
      `${hours} h, at least ${test.minimumHours} h are asked for`,
    );
  const readings = completeness.good + completeness.suspect;
  say(true, 'online', readings > 0, `窗口内在线读数 ${readings} 条`, `${readings} online readings lie in the window`);
  if (campaign)
    say(test.inAudit, 'audit', true, `在清洁生产审核的测试 ${campaign.id} 之内`, `within the test campaign ${campaign.id} of the audit`);
  else say(test.inAudit, 'audit', null, '没有覆盖整个窗口的审核测试（campaigns）', 'no test campaign of the audit holds the whole window');
  const { plan } = campaign ?? {};
  const ahead = plan !== undefined && campaign !== undefined && startOf(plan.date, campaign.from) <= Date.parse(campaign.from);
  if (plan)
    say(
      test.planned,
      'planned',
      ahead,
      `方案 ${plan.document}，${plan.date}，${plan.approvedBy} 批准${ahead ? '' : '，晚于测试开始'}`,
      `plan ${plan.document} of ${plan.date}, approved by ${plan.approvedBy}${ahead ? '' : ', after the test began'}`,
    );
  else say(test.planned, 'planned', null, '没有测试方案', 'there is no plan of the test');
  const records = production?.records ?? [];
  const normal = records.length === 0 || records.some((record) => record.normal === null) ? null : true;
  const off = records.filter((record) => record.normal === false).map(({ id }) => id);
  say(
    test.normalProduction,
    'normal-production',
    off.length > 0 ? false : normal,
    off.length > 0
      ? `负荷超出正常生产范围：${off.join('、')}`
      : normal === null
        ? '没有足以判断的正常生产记录'
        : '负荷全程在正常生产范围内',
    off.length > 0
      ? `the load left the band of normal production: ${off.join(', ')}`
      : normal === null
        ? 'no record of normal production decides it'
        : 'the load stayed in the band of normal production',
  );
  const people = campaign?.people ?? [];
  const unqualified = people.filter(({ qualified }) => !qualified).map(({ name }) => name);
  say(
    test.qualifiedTeam,
    'qualified-team',
    people.length === 0 ? null : unqualified.length === 0,
    people.length === 0
      ? '没有记录由谁以何资质测试'
      : unqualified.length > 0
        ? `资质在测试结束前到期：${unqualified.join('、')}`
        : `由 ${people.map(({ name, role, qualification }) => `${name}（${role}，${qualification}）`).join('、')} 测试`,
    people.length === 0
      ? 'nobody has recorded who measured and with what qualification'
      : unqualified.length > 0
        ? `qualifications that ended before the test did: ${unqualified.join(', ')}`
        : `measured by ${people.map(({ name, role, qualification }) => `${name} (${role}, ${qualification})`).join(', ')}`,
  );
  return [...found, valuesOf(test, provenance)];
}

/** A date begins at midnight with the offset of the other instant. */
function startOf(date: string, other: string): number {
  return Date.parse(date.length === 10 ? `${date}T00:00:00${other.slice(-6)}` : date);
}

const MEASURED: ReadonlySet<string> = new Set(['metered', 'analysed']);

function valuesOf({ values }: Test, provenance: AuditDepth['provenance']): DepthCondition {
  const measured = provenance.filter(({ basis }) => MEASURED.has(basis));
  const others = [...new Set(provenance.filter(({ basis }) => !MEASURED.has(basis)).map(({ stream, basis }) => `${stream} (${basis})`))];
  const met = values === 'all-measured' ? measured.length > 0 && others.length === 0 : measured.length > 0;
  const rest: Text =
    others.length === 0 ? { zh: '', en: '' } : { zh: `；非实测：${others.join('、')}`, en: `; not measured: ${others.join(', ')}` };
  return {
    id: 'values',
    met,
    text: {
      zh: `进出企业的量 ${measured.length}/${provenance.length} 为实测${rest.zh}`,
      en: `${measured.length} of ${provenance.length} amounts across the boundary are measured${rest.en}`,
    },
  };
}

/** The streams between the plant and the outside that carry anything, once a balance. */
function provenanceOf({ balances }: BalanceReport): AuditDepth['provenance'] {
  const seen = new Set<string>();
  return balances.flatMap(({ id, streams }) =>
    streams.flatMap(({ id: stream, from, to, basis }) => {
      const key = `${id}/${stream}`;
      if ((from === 'ENV') === (to === 'ENV') || seen.has(key) || basis === 'out-of-service') return [];
      seen.add(key);
      return [{ balance: id, stream, basis }];
    }),
  );
}
