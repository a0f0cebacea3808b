import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../balance/audit/assess.ts';
import { dutiesCalendar } from '../../../balance/audit/calendar-file.ts';
import { profileOf, profileSchema } from '../../../balance/audit/profile.ts';
import { loadCalendar } from '../../../config/rules/calendar.ts';
import { PROFILE } from '../../../config/rules/families/audit-class.ts';
import { loadRules, RULES_FOLDER } from '../../../config/rules/load.ts';

const rules = await loadRules();
const calendar = await loadCalendar();
const at = (day: string) => Date.parse(`${day}T12:00:00+08:00`);
const assessed = (jurisdiction: string, file: unknown, day: string) =>
  assess(rules, profileOf(jurisdiction, profileSchema.parse(file)), at(day), calendar);

describe('assess', () => {
  it('finds thresholds reached exactly, and not just below', () => {
    const makes = (energyTcePerYear: number, waterIntakeM3PerYear: number) =>
      assessed('zhejiang', { energyTcePerYear, waterIntakeM3PerYear }, '2009-01-10').reached.map((each) => each.makes);
    expect(makes(3000, 150_000)).toEqual(['energy-focus', 'water-focus']);
    expect(makes(2999.9, 149_999)).toEqual([]);
    expect(assessed('zhejiang', {}, '2009-01-10').reached).toEqual([]);
    const selected = (energyTcePerYear: number) => assessed('gansu', { energyTcePerYear }, '2008-01-10').reached.map((each) => each.makes);
    expect(selected(2000)).toEqual(['selected']);
    expect(selected(1999.9)).toEqual([]);
  });

  it('asks who stands on the list of polluters to publish, by its own text or the law, and nobody else', () => {
    const asked = (jurisdiction: string, is: string[]) =>
      assessed(jurisdiction, { is }, '2009-03-10').disclosures.map(({ id }) => id.split('/').slice(0, 2).join('/'));
    // 黔府办发〔2004〕87号 四（二）; 清洁生产促进法 2002 第三十一条 where the text of a jurisdiction does not speak of the list
    expect(asked('guizhou', ['listed-polluter'])).toEqual(['guizhou/87-2004']);
    expect(asked('guizhou', ['compliant'])).toEqual([]);
    // 琼土环资监字〔2007〕103号 四 has what plants publish checked; what that is stands in the State's measures (第九条)
    expect(assessed('hainan', { is: ['over-limit'] }, '2009-03-10').disclosures.map(({ id }) => id)).toContain(
      'state/order16-2004/disclosure',
    );
    expect(asked('hunan', ['listed-polluter'])).toContain('state/law-2002');
    expect(asked('hunan', ['compliant'])).toEqual([]);
  });

  it('says who may audit himself: by class, and with how many auditors', () => {
    const teams = (jurisdiction: string, is: string) =>
      assessed(jurisdiction, { is: [is] }, '2009-03-10').teams.map(({ selfAudit, auditors, senior }) => [selfAudit, auditors, senior]);
    // 粤经贸法规〔2009〕35号 第十二条, 云经资源[2004]444号 第十三条, 陕环发〔2008〕1号 第五条 (第二条: voluntary audits may follow it)
    expect(teams('guangdong', 'over-limit')).toEqual([['if-able', 5, 1]]);
    expect(teams('guangdong', 'compliant')).toEqual([['if-able', 1, 1]]);
    expect(teams('yunnan', 'over-limit')).toEqual([['not-allowed', null, null]]);
    expect(teams('yunnan', 'compliant')).toEqual([['if-able', null, null]]);
    expect(teams('shaanxi', 'uses-toxics')).toEqual([['not-allowed', null, null]]);
    expect(teams('shaanxi', 'compliant')).toEqual([]);
  });

  it('puts duties in order of their days and names what must be published', () => {
    const found = assessed('beijing', { is: ['over-limit'], events: { 'list-published': '2009-01-05' } }, '2009-01-10');
    const days = found.duties.flatMap(({ due }) => (due ? [due.day] : []));
    expect(days).toEqual([...days].sort((a, b) => a.localeCompare(b)));
    expect(found.disclosures.map((rule) => rule.content?.fields.length)).toEqual([12]);
    expect(found.balances.map((rule) => rule.content?.balances.map(({ kind }) => kind))).toEqual([
      ['material', 'water', 'resource', 'pollutant'],
    ]);
  });

  it('asks for the four balances of the opinion of 2007 where it holds', () => {
    const found = assessed('yunnan', { is: ['over-limit'] }, '2009-01-10');
    const kinds = found.balances.map((rule) => [rule.document.id, rule.content?.balances.map(({ kind }) => kind)]);
    expect(kinds).toContainEqual(['518-2007', ['material', 'energy', 'water', 'pollutant']]);
    expect(kinds).toContainEqual(['444-2004', ['material', 'water', 'resource', 'pollutant']]);
  });

  it('says which newer document it could not count in, and stays silent before there was one', () => {
    const newer = (day: string) => assessed('yunnan', { is: ['over-limit'] }, day).newer.map(({ id }) => id);
    expect(newer('2009-01-10')).toEqual([]);
    expect(newer('2013-01-10')).toEqual(['law-2012']);
    expect(newer('2026-01-10')).toEqual(['law-2012', 'measures38-2016']);
  });

  it('has each word of a profile explained beside the rules', () => {
    const text = readFileSync(join(RULES_FOLDER, 'README.md'), 'utf8');
    expect(PROFILE.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  });

  it('refuses a profile that it does not understand', () => {
    expect(profileSchema.safeParse({ is: ['rich'] }).success).toBe(false);
    expect(profileSchema.safeParse({ events: { 'list-published': '2009-02-30' } }).success).toBe(false);
  });
});

describe('the calendar file', () => {
  it('says which days are provisional and which rules are still to be confirmed', () => {
    const summary = (jurisdiction: string, events: Record<string, string>, day: string) =>
      dutiesCalendar('p', assessed(jurisdiction, { is: ['over-limit'], events }, day).duties, at(day))
        .replaceAll('\r\n ', '')
        .split('\r\n')
        .filter((line) => line.startsWith('SUMMARY'));
    const national = summary('national-2016', { 'list-published': '2026-06-05' }, '2026-06-10');
    expect(national.length).toBeGreaterThan(0);
    for (const line of national) expect(line).toContain('（待核实）');
    expect(summary('beijing', { 'list-published': '2026-12-21' }, '2026-12-25').some((line) => line.includes('（暂定）'))).toBe(true);
  });

  it('has an event for each meter whose verification ends, with an alarm 30 days before', () => {
    const file = dutiesCalendar('p', [], at('2026-01-10'), [{ meter: 'FT-1', due: '2027-06-05', why: '检定规程周期 24 个月' }]);
    const lines = file.replaceAll('\r\n ', '').split('\r\n');
    expect(lines.slice(3)).toEqual([
      'BEGIN:VEVENT',
      'UID:meter.FT-1.2027-06-05@p',
      'DTSTAMP:20260110T040000Z',
      'DTSTART;VALUE=DATE:20270605',
      'SUMMARY:仪表检定、校准到期 FT-1',
      'DESCRIPTION:检定规程周期 24 个月',
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:仪表检定、校准到期 FT-1',
      'TRIGGER:-P30D',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('has one event a day known, in lines of at most 75 octets that unfold to whole text', () => {
    fc.assert(
      fc.property(fc.constantFrom('yunnan', 'beijing', 'fujian', 'hubei'), (jurisdiction) => {
        const { duties } = assessed(
          jurisdiction,
          { is: ['over-limit', 'uses-toxics'], events: { 'list-published': '2009-10-01', 'task-issued': '2009-10-01' } },
          '2009-10-10',
        );
        const text = dutiesCalendar('p', duties, at('2009-10-10'));
        const lines = text.split('\r\n');
        expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
        expect(lines.filter((line) => line === 'BEGIN:VEVENT').length).toBe(duties.filter(({ due }) => due !== null).length);
        expect(text.includes('\uFFFD')).toBe(false);
        const unfolded = text.replaceAll('\r\n ', '');
        for (const { rule, due } of duties) if (due && rule.quote) expect(unfolded).toContain(rule.quote.replace(/[\\;,]/g, '\\$&'));
      }),
    );
  });
});
